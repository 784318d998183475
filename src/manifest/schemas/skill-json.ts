import { z } from 'zod';
import { resourceLimits, sandbox } from './capabilities.ts';
import { count, seconds, text, textMap, texts } from './parts.ts';
import { sharedFields } from './skill-yaml.ts';

const sessionConfig = z.strictObject({
  session_timeout: seconds.optional(),
  max_sessions: z.int().positive().optional(),
  cleanup_on_exit: z.boolean().optional(),
  state_persistence: z.boolean().optional(),
});

const contextFiles = z.strictObject({
  patterns: texts,
  max_files: count.optional(),
  max_file_size_kb: z.number().positive().optional(),
  exclude_patterns: texts.optional(),
});

const parameter = z.strictObject({
  name: text,
  type: z.enum(['string', 'number', 'boolean', 'bool', 'enum']).optional(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  default: z.union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' }).optional(),
  values: texts.optional(),
  pattern: text.optional(),
});

/** skill.json: seed 003, "Complete Skill Configuration" and "Skill Types". Which keys a type needs is checked apart. */
export const skillJsonSchema = z.strictObject({
  ...sharedFields,
  type: z.enum(['code_inline', 'code_session', 'conversation', 'prompt_inline']).optional(),
  command: text.optional(),
  args: z.array(z.string()).optional(),
  environment: textMap.optional(),
  timeout: seconds.optional(),
  resource_limits: resourceLimits.optional(),
  sandbox: sandbox.optional(),
  session_config: sessionConfig.optional(),
  prompt_template: text.optional(),
  context_files: contextFiles.optional(),
  model: text.optional(),
  context_window: z.int().positive().optional(),
  prompt: text.optional(),
  parameters: z.array(parameter).optional(),
  output_format: text.optional(),
});

export type SkillJson = z.infer<typeof skillJsonSchema>;
