import type { Capabilities } from './capabilities.ts';
import type { Execution, ResourceLimits } from './execution.types.ts';
import type { Development, Observability, Performance, Resilience } from './settings.types.ts';

/** A skill that is needed: resolved, fetched and installed with the skill that names it. */
export interface SkillDependency {
  /** `pdf`, `@acme/pdf` or `ghcr.io/acme/skills/pdf`; a dotted id (`core.shell`) is already `core-shell`. */
  readonly name: string;
  /** A semver range as npm reads it; `*` where none was stated. */
  readonly range: string;
  readonly optional: boolean;
  /** Features of that skill that are wanted on. */
  readonly features: readonly string[];
}

/** A skill whose instructions become part of this one (composition). */
export interface SkillInclude {
  readonly name: string;
  readonly range: string;
}

/** What a framework is given instead of SKILL.md, and which of its versions are known to work (seed 001). */
export interface FrameworkSupport {
  readonly name: string;
  /** Semver range of the framework. */
  readonly compatibility?: string;
  /** Path inside the skill. */
  readonly instructionsFile?: string;
}

/** What the folder holds besides instructions (`[provides]` of a skill.toml). */
export interface SkillContents {
  readonly knowledge: boolean;
  readonly recipes: boolean;
  readonly executable: boolean;
}

export interface Knowledge {
  readonly topics: readonly string[];
  /** Higher is injected first; 50 where not stated. */
  readonly priority: number;
  /** 1000 where not stated. */
  readonly maxContextTokens: number;
}

export type Confirmation = 'auto' | 'prompt' | 'always';

export interface RecipeFiles {
  /** Globs relative to the skill; `recipes/*.yaml` where not stated. */
  readonly files: readonly string[];
  readonly defaultConfirmation: Confirmation;
}

/** A WebAssembly module. */
export interface Executable {
  /** Path inside the skill. */
  readonly module: string;
  readonly exports: readonly string[];
}

export interface Feature {
  readonly description?: string;
  /** Whether it is on unless `--no-default-features` is given. */
  readonly default: boolean;
}

/** Where the skill works; an empty list means everywhere. */
export interface Platform {
  /** `linux`, `macos`, `windows`. */
  readonly os: readonly string[];
  /** `x86_64`, `aarch64`, `arm`. */
  readonly arch: readonly string[];
  readonly requiredTools: readonly string[];
  readonly optionalTools: readonly string[];
}

/** How the author signs (seed 001): a statement, not a proof. */
export interface SigningIntent {
  readonly algorithm: string;
  readonly publicKeyId?: string;
}

/**
 * A skill, whatever format it was written in: SKILL.md, skill.yaml, skill.toml, skill.json or several of them.
 *
 * Lists and maps are always there, empty where nothing was stated; scalars are absent.
 */
export interface SkillManifest {
  /** agentskills.io `name`: `^[a-z0-9]+(-[a-z0-9]+)*$`, 1 to 64. */
  readonly name: string;
  /** The dotted id of a skill.toml (`cloud.aws`), of which `name` is `cloud-aws`. */
  readonly id?: string;
  /** A name for people. */
  readonly title?: string;
  /** Exact semver. */
  readonly version?: string;
  /** What agents read: SKILL.md's text where there is one. */
  readonly description: string;
  /** What the index shows, where skill.yaml describes the skill in other words than SKILL.md. */
  readonly summary?: string;
  readonly authors: readonly string[];
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: string;
  readonly documentation?: string;
  /** agentskills.io `compatibility`: what the skill needs around it, in words. */
  readonly compatibility?: string;
  /** agentskills.io `allowed-tools`, one entry a tool: `Bash(git:*)`. A wish to the agent, not a capability. */
  readonly allowedTools: readonly string[];
  readonly tags: readonly string[];
  /** Words for search: skill.yaml's `capabilities`. */
  readonly abilities: readonly string[];
  /** agentskills.io `metadata`, without what became a field of its own here. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contents: SkillContents;
  /** Names that this skill stands in for, each with the version it does so as. */
  readonly provides: Readonly<Record<string, string>>;
  /** Other names for load, info and enable; never for dependencies. */
  readonly aliases: readonly string[];
  /** Seed 003's `scope`, as written. */
  readonly scope?: string;
  readonly frameworks: readonly FrameworkSupport[];
  readonly dependencies: readonly SkillDependency[];
  readonly includes: readonly SkillInclude[];
  /** Hosts that must be there, by name, with a range: `{roundtable: '>=2.0.0'}`; `*` is whichever host loads it. Never fetched. */
  readonly hosts: Readonly<Record<string, string>>;
  /** What other ecosystems must provide: `{python: {pandas: '>=1.0.0'}}`. Never installed. */
  readonly foreign: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Skills worth having beside this one, and why. Never installed. */
  readonly suggestions: Readonly<Record<string, string>>;
  /** Permissions that the skill asks for. */
  readonly capabilities: Capabilities;
  /** Bounds of what it runs: of several spellings the smallest. */
  readonly limits: ResourceLimits;
  readonly execution?: Execution;
  readonly resilience?: Resilience;
  readonly performance?: Performance;
  readonly development?: Development;
  readonly observability?: Observability;
  readonly knowledge?: Knowledge;
  readonly recipes?: RecipeFiles;
  readonly executable?: Executable;
  readonly features: Readonly<Record<string, Feature>>;
  readonly platform?: Platform;
  readonly signing?: SigningIntent;
  /** Where the author publishes by default. */
  readonly registry?: string;
  /** As written in `checksumFile`; see {@link checkChecksum}. */
  readonly checksum?: string;
  readonly checksumFile?: string;
  /** Path of the instructions inside the skill: `SKILL.md`. */
  readonly instructionsFile: string;
  /** The files that it was read from, the one agents read first. */
  readonly sources: readonly string[];
}
