import type { Development, Observability, Performance, Resilience } from '../settings.types.ts';
import { fields, flag, list, mapOf, number, text } from './decoders.ts';

export const resilience = fields<Resilience>(
  {
    maxAttempts: number,
    backoffStrategy: text,
    retryOn: list(text),
    circuitBreaker: fields<NonNullable<Resilience['circuitBreaker']>>({
      failureThreshold: number,
      recoveryTimeout: number,
    }),
    healthCheck: fields<NonNullable<Resilience['healthCheck']>>({ enabled: flag, interval: number }),
    fallbackCommand: text,
  },
  [],
  { retryOn: [] },
);

export const performance = fields<Performance>({
  resultCacheTtl: number,
  metadataCacheTtl: number,
  maxCacheSizeMb: number,
  parallelExecution: flag,
  maxConcurrentSkills: number,
  executionQueueSize: number,
});

export const development = fields<Development>({
  sessionIsolation: flag,
  hotReload: flag,
  debugMode: flag,
  unitTests: flag,
  integrationTests: flag,
  mockServices: flag,
});

export const observability = fields<Observability>(
  {
    metrics: mapOf(flag),
    logging: fields<NonNullable<Observability['logging']>>({ level: text, structured: flag, correlationId: flag }),
    tracing: fields<NonNullable<Observability['tracing']>>({ enabled: flag, sampleRate: number }),
  },
  [],
  { metrics: {} },
);
