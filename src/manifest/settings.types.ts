import type { CapabilityBounds } from './capabilities.ts';
import type { ResourceLimits } from './execution.types.ts';

/** Seed 003, "Resilience Features". Times in seconds. */
export interface Resilience {
  /** Attempts in all: `max_attempts`, or `retry_attempts` + 1. */
  readonly maxAttempts?: number;
  readonly backoffStrategy?: string;
  /** Kinds of failure that are tried again: `timeout`, `resource_limit`, `network_error`. */
  readonly retryOn: readonly string[];
  readonly circuitBreaker?: { readonly failureThreshold?: number; readonly recoveryTimeout?: number };
  readonly healthCheck?: { readonly enabled?: boolean; readonly interval?: number };
  /** Run through a shell's word splitting when all attempts failed. */
  readonly fallbackCommand?: string;
}

/** Seed 003, "Performance Optimization". Times in seconds. */
export interface Performance {
  readonly resultCacheTtl?: number;
  readonly metadataCacheTtl?: number;
  readonly maxCacheSizeMb?: number;
  readonly parallelExecution?: boolean;
  readonly maxConcurrentSkills?: number;
  readonly executionQueueSize?: number;
}

/** Seed 003, "Development Workflow". */
export interface Development {
  readonly sessionIsolation?: boolean;
  readonly hotReload?: boolean;
  readonly debugMode?: boolean;
  readonly unitTests?: boolean;
  readonly integrationTests?: boolean;
  readonly mockServices?: boolean;
}

/** Seed 003, "Observability Features". */
export interface Observability {
  readonly metrics: Readonly<Record<string, boolean>>;
  readonly logging?: { readonly level?: string; readonly structured?: boolean; readonly correlationId?: boolean };
  /** `sampleRate` from 0 to 1. */
  readonly tracing?: { readonly enabled?: boolean; readonly sampleRate?: number };
}

/** What config.json sets for skills; a skill may only narrow it. */
export interface SkillSettings {
  /** `sandbox_enabled`; a skill cannot turn it off. */
  readonly sandboxEnabled?: boolean;
  /** The most that a skill may ask for. */
  readonly bounds?: CapabilityBounds;
  readonly limits: ResourceLimits;
  /** Bounds one attempt. */
  readonly timeoutSeconds?: number;
  readonly resilience?: Resilience;
  readonly performance?: Performance;
  readonly development?: Development;
  readonly observability?: Observability;
}
