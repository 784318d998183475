import type { z } from 'zod';
import type { ResourceLimits } from '../execution.types.ts';
import { compact, compactOrNothing } from '../reading/compact.ts';
import type { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import type { resourceLimits } from '../schemas/capabilities.ts';
import type { configSchema } from '../schemas/settings.ts';
import type { Development, Observability, Performance, Resilience } from '../settings.types.ts';
import { smallest } from './execution.ts';

export type SettingBlocks = z.infer<typeof configSchema>;
type Limits = z.infer<typeof resourceLimits> | undefined;

/** `resilience`, `performance`, `development` and `observability` of a file that has seed 003's blocks. */
export function setSettings(draft: Draft, blocks: SettingBlocks): void {
  draft.set('resilience', readResilience(blocks.resilience, draft.report), ['resilience']);
  draft.set('performance', readPerformance(blocks.performance), ['performance']);
  draft.set('development', readDevelopment(blocks.development), ['development']);
  draft.set('observability', readObservability(blocks.observability), ['observability']);
}

/** Of every limit the smallest that any block states. */
export function readLimits(...blocks: readonly Limits[]): ResourceLimits {
  return compact({
    maxMemoryMb: smallest(blocks.map((block) => block?.max_memory_mb)),
    maxCpuPercent: smallest(blocks.map((block) => block?.max_cpu_percent)),
    maxFileSizeMb: smallest(blocks.map((block) => block?.max_file_size_mb)),
  });
}

export function readResilience(block: SettingBlocks['resilience'], report: FileReport): Resilience | undefined {
  if (!block) return undefined;
  const { circuit_breaker: breaker, health_check: health, retry_config: retry } = block;
  const read = compact({
    maxAttempts: attemptsOf(block, report),
    backoffStrategy: retry?.backoff_strategy,
    circuitBreaker:
      breaker && compact({ failureThreshold: breaker.failure_threshold, recoveryTimeout: breaker.recovery_timeout }),
    healthCheck: health && compact(health),
    fallbackCommand: block.fallback_command,
  });
  return { ...read, retryOn: retry?.retry_on ?? [] };
}

/** Attempts in all: `retry_attempts` counts those after the first. Where the two disagree, the smaller number. */
function attemptsOf(block: NonNullable<SettingBlocks['resilience']>, report: FileReport): number | undefined {
  const most = block.retry_config?.max_attempts;
  const again = block.retry_attempts === undefined ? undefined : block.retry_attempts + 1;
  if (most !== undefined && again !== undefined && most !== again) {
    report.warn(
      'resilience/attempts',
      ['resilience', 'retry_attempts'],
      `retry_attempts ${block.retry_attempts} means ${again} attempts, and max_attempts says ${most}`,
      { mend: 'keep one of them; retry_attempts is max_attempts - 1' },
    );
  }
  return smallest([most, again]);
}

export function readPerformance(block: SettingBlocks['performance']): Performance | undefined {
  const { caching, execution } = block ?? {};
  return compactOrNothing({
    resultCacheTtl: caching?.result_cache_ttl,
    metadataCacheTtl: caching?.metadata_cache_ttl,
    maxCacheSizeMb: caching?.max_cache_size_mb,
    parallelExecution: execution?.parallel_execution,
    maxConcurrentSkills: execution?.max_concurrent_skills,
    executionQueueSize: execution?.execution_queue_size,
  });
}

export function readDevelopment(block: SettingBlocks['development']): Development | undefined {
  const tests = block?.test_framework;
  return compactOrNothing({
    sessionIsolation: block?.session_isolation,
    hotReload: block?.hot_reload,
    debugMode: block?.debug_mode,
    unitTests: tests?.unit_tests,
    integrationTests: tests?.integration_tests,
    mockServices: tests?.mock_services,
  });
}

export function readObservability(block: SettingBlocks['observability']): Observability | undefined {
  if (!block) return undefined;
  const { logging, tracing } = block;
  const read = compact({
    logging:
      logging &&
      compact({ level: logging.level, structured: logging.structured, correlationId: logging.correlation_id }),
    tracing: tracing && compact({ enabled: tracing.enabled, sampleRate: tracing.sample_rate }),
  });
  return { ...read, metrics: block.metrics ?? {} };
}
