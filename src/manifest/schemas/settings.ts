import { z } from 'zod';
import { security } from './capabilities.ts';
import { count, seconds, text, texts } from './parts.ts';

const flag = z.boolean().optional();

const resilience = z.strictObject({
  retry_attempts: count.optional(),
  timeout: seconds.optional(),
  fallback_command: text.optional(),
  retry_config: z
    .strictObject({
      max_attempts: z.int().positive().optional(),
      backoff_strategy: text.optional(),
      retry_on: texts.optional(),
    })
    .optional(),
  circuit_breaker: z
    .strictObject({ failure_threshold: count.optional(), recovery_timeout: seconds.optional() })
    .optional(),
  health_check: z.strictObject({ enabled: flag, interval: seconds.optional() }).optional(),
});

const performance = z.strictObject({
  caching: z
    .strictObject({
      result_cache_ttl: count.optional(),
      metadata_cache_ttl: count.optional(),
      max_cache_size_mb: count.optional(),
    })
    .optional(),
  execution: z
    .strictObject({
      parallel_execution: flag,
      max_concurrent_skills: count.optional(),
      execution_queue_size: count.optional(),
    })
    .optional(),
});

const development = z.strictObject({
  session_isolation: flag,
  hot_reload: flag,
  debug_mode: flag,
  test_framework: z.strictObject({ unit_tests: flag, integration_tests: flag, mock_services: flag }).optional(),
});

const observability = z.strictObject({
  metrics: z.record(z.string(), z.boolean()).optional(),
  logging: z.strictObject({ level: text.optional(), structured: flag, correlation_id: flag }).optional(),
  tracing: z.strictObject({ enabled: flag, sample_rate: z.number().min(0).max(1).optional() }).optional(),
});

/** The blocks of seed 003 that stand in skill.json and in config.json. */
export const settingBlocks = {
  security: security.optional(),
  resilience: resilience.optional(),
  performance: performance.optional(),
  development: development.optional(),
  observability: observability.optional(),
};

/** config.json: of a host, or of a skill's folder. Other keys are somebody else's. */
export const configSchema = z.object(settingBlocks);
