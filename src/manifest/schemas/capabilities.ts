import { z } from 'zod';
import { text, texts } from './parts.ts';

/** `[capabilities]` of a skill.toml; also accepted as `capabilities` of skill.yaml and skill.json. */
export const capabilityTable = z.strictObject({
  terminal_exec: z
    .strictObject({ allowed: z.boolean().optional(), commands: texts.optional(), blocked: texts.optional() })
    .optional(),
  filesystem_read: texts.optional(),
  filesystem_write: texts.optional(),
  network: texts.optional(),
  env_read: texts.optional(),
  secrets_access: z.boolean().optional(),
  process_spawn: z.boolean().optional(),
  wasm_host: texts.optional(),
});

/** `security.permissions` and `security.default_permissions` (seed 003). */
export const permissions = z.strictObject({
  file_read: texts.optional(),
  file_write: texts.optional(),
  network_access: z.union([z.boolean(), texts], { error: 'true, false or a list of hosts' }).optional(),
  process_spawn: z.boolean().optional(),
  commands: texts.optional(),
  env_read: texts.optional(),
  secrets_access: z.boolean().optional(),
});

/** `sandbox` of a code skill (seed 003). */
export const sandbox = z.strictObject({
  allow_network: z.boolean().optional(),
  allow_file_write: z.boolean().optional(),
  allowed_paths: texts.optional(),
});

export const resourceLimits = z.strictObject({
  max_memory_mb: z.number().positive().optional(),
  max_cpu_percent: z.number().positive().optional(),
  max_execution_time: z.number().positive().optional(),
  max_file_size_mb: z.number().positive().optional(),
});

export const security = z.strictObject({
  sandbox_enabled: z.boolean().optional(),
  permissions: permissions.optional(),
  default_permissions: permissions.optional(),
  resource_limits: resourceLimits.optional(),
});

/** skill.yaml's `capabilities` are words for search; a map of permissions is understood too. */
export const abilitiesOrCapabilities = z.union([z.array(text), capabilityTable], {
  error: 'a list of words for search, or a map of permissions',
});
