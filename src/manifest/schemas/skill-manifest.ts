import { z } from 'zod';

const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string());
const flag = z.boolean().optional();
const word = z.string().optional();
const amount = z.number().optional();
const need = z.object({ name: z.string(), range: z.string() });
const anyOrTexts = z.union([z.literal('any'), texts]);

const capabilities = z.object({
  exec: z.object({ commands: anyOrTexts.optional(), blocked: texts.optional() }).optional(),
  fs: z.object({ read: texts.optional(), write: texts.optional() }).optional(),
  net: anyOrTexts.optional(),
  env: texts.optional(),
  secrets: flag,
  spawn: flag,
  wasm: texts.optional(),
});

const runs = { command: z.string(), args: texts.optional(), environment: textMap.optional(), timeoutSeconds: amount };

const execution = z.discriminatedUnion('type', [
  z.object({ type: z.literal('code_inline'), ...runs }),
  z.object({
    type: z.literal('code_session'),
    ...runs,
    session: z
      .object({ timeoutSeconds: amount, maxSessions: amount, cleanupOnExit: flag, statePersistence: flag })
      .optional(),
  }),
  z.object({
    type: z.literal('conversation'),
    promptTemplate: z.string(),
    contextFiles: z
      .object({ patterns: texts, excludePatterns: texts.optional(), maxFiles: amount, maxFileSizeKb: amount })
      .optional(),
    model: word,
    contextWindow: amount,
    timeoutSeconds: amount,
  }),
  z.object({
    type: z.literal('prompt_inline'),
    prompt: z.string(),
    parameters: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(['string', 'number', 'boolean', 'enum']),
          required: flag,
          description: word,
          default: z.union([z.string(), z.number(), z.boolean()]).optional(),
          values: texts.optional(),
          pattern: word,
        }),
      )
      .optional(),
    outputFormat: word,
    timeoutSeconds: amount,
  }),
]);

const settings = {
  resilience: z
    .object({
      maxAttempts: amount,
      backoffStrategy: word,
      retryOn: texts.optional(),
      circuitBreaker: z.object({ failureThreshold: amount, recoveryTimeout: amount }).optional(),
      healthCheck: z.object({ enabled: flag, interval: amount }).optional(),
      fallbackCommand: word,
    })
    .optional(),
  performance: z
    .object({
      resultCacheTtl: amount,
      metadataCacheTtl: amount,
      maxCacheSizeMb: amount,
      parallelExecution: flag,
      maxConcurrentSkills: amount,
      executionQueueSize: amount,
    })
    .optional(),
  development: z
    .object({
      sessionIsolation: flag,
      hotReload: flag,
      debugMode: flag,
      unitTests: flag,
      integrationTests: flag,
      mockServices: flag,
    })
    .optional(),
  observability: z
    .object({
      metrics: z.record(z.string(), z.boolean()).optional(),
      logging: z.object({ level: word, structured: flag, correlationId: flag }).optional(),
      tracing: z.object({ enabled: flag, sampleRate: amount }).optional(),
    })
    .optional(),
};

/**
 * A SkillManifest as an artifact's config carries it: defaults left out, unknown keys of newer versions passed over.
 *
 * `readEmbeddedManifest` checks the same by hand, because install must not wait for zod; a test holds the two equal.
 */
export const skillManifestSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  id: word,
  title: word,
  version: word,
  description: z.string(),
  summary: word,
  authors: texts.optional(),
  license: word,
  homepage: word,
  repository: word,
  documentation: word,
  compatibility: word,
  allowedTools: texts.optional(),
  tags: texts.optional(),
  abilities: texts.optional(),
  metadata: textMap.optional(),
  contents: z.object({ knowledge: flag, recipes: flag, executable: flag }).optional(),
  provides: textMap.optional(),
  aliases: texts.optional(),
  scope: word,
  frameworks: z.array(z.object({ name: z.string(), compatibility: word, instructionsFile: word })).optional(),
  dependencies: z.array(need.extend({ optional: flag, features: texts.optional() })).optional(),
  includes: z.array(need).optional(),
  hosts: textMap.optional(),
  foreign: z.record(z.string(), textMap).optional(),
  suggestions: textMap.optional(),
  capabilities: capabilities.optional(),
  limits: z.object({ maxMemoryMb: amount, maxCpuPercent: amount, maxFileSizeMb: amount }).optional(),
  execution: execution.optional(),
  ...settings,
  knowledge: z.object({ topics: texts.optional(), priority: z.number(), maxContextTokens: z.number() }).optional(),
  recipes: z.object({ files: texts, defaultConfirmation: z.enum(['auto', 'prompt', 'always']) }).optional(),
  executable: z.object({ module: z.string(), exports: texts.optional() }).optional(),
  features: z.record(z.string(), z.object({ description: word, default: flag })).optional(),
  platform: z
    .object({
      os: texts.optional(),
      arch: texts.optional(),
      requiredTools: texts.optional(),
      optionalTools: texts.optional(),
    })
    .optional(),
  signing: z.object({ algorithm: z.string(), publicKeyId: word }).optional(),
  registry: word,
  checksum: word,
  checksumFile: word,
  instructionsFile: word,
  sources: texts.optional(),
});
