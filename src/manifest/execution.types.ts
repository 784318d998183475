/** Bounds of one execution. Absent means not stated. */
export interface ResourceLimits {
  readonly maxMemoryMb?: number;
  readonly maxCpuPercent?: number;
  readonly maxFileSizeMb?: number;
}

interface Runs {
  readonly command: string;
  readonly args: readonly string[];
  /** Set for the process; names are upper-case by convention, values are literal. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bounds one attempt: the smallest of `timeout`, `resilience.timeout` and every `max_execution_time`. */
  readonly timeoutSeconds?: number;
}

/** A command that is run and whose output is the answer. */
export interface CodeInline extends Runs {
  readonly type: 'code_inline';
}

export interface SessionSettings {
  /** Idle time after which a session ends. */
  readonly timeoutSeconds?: number;
  readonly maxSessions?: number;
  readonly cleanupOnExit?: boolean;
  readonly statePersistence?: boolean;
}

/** A command that stays up and is talked to. */
export interface CodeSession extends Runs {
  readonly type: 'code_session';
  readonly session: SessionSettings;
}

export interface ContextFiles {
  readonly patterns: readonly string[];
  readonly excludePatterns: readonly string[];
  readonly maxFiles?: number;
  readonly maxFileSizeKb?: number;
}

/** A prompt filled with files of the project. */
export interface Conversation {
  readonly type: 'conversation';
  readonly promptTemplate: string;
  readonly contextFiles?: ContextFiles;
  readonly model?: string;
  /** Tokens. */
  readonly contextWindow?: number;
  readonly timeoutSeconds?: number;
}

export type ParameterType = 'string' | 'number' | 'boolean' | 'enum';

export interface PromptParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
  readonly description?: string;
  readonly default?: string | number | boolean;
  /** The choices of an enum. */
  readonly values: readonly string[];
  /** A regular expression that a string must match. */
  readonly pattern?: string;
}

/** A prompt filled with checked parameters. */
export interface PromptInline {
  readonly type: 'prompt_inline';
  readonly prompt: string;
  readonly parameters: readonly PromptParameter[];
  readonly outputFormat?: string;
  readonly timeoutSeconds?: number;
}

/** What a skill.json does when it is run (seed 003, "Skill Types"). */
export type Execution = CodeInline | CodeSession | Conversation | PromptInline;
