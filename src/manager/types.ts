import type { Digest, Logger } from '../core/index.ts';
import type { Problem, SkillManifest } from '../manifest/index.ts';
import type { CredentialSource } from '../oci/index.ts';
import type { FileRecord } from '../pack/index.ts';

/** What a {@link SkillManager} can be told. Everything has a default. */
export interface SkillManagerOptions {
  /** Address of the search index, e.g. `https://skills.example.com`. */
  readonly registryUrl?: string | undefined;
  /** Token of the index, for telling it of a publication; default `SKILLS_INDEX_TOKEN`. */
  readonly indexToken?: string | undefined;
  /** Registry prefix that bare names stand in, e.g. `ghcr.io/acme/skills`. */
  readonly registry?: string | undefined;
  /** The store; default `SKILLS_HOME`, else `~/.skills`. */
  readonly cacheDir?: string | undefined;
  /** Folder with (or for) skills.json. Without one the manager works on the store alone. */
  readonly project?: string | undefined;
  /** Work on the user's own skills (`~/.agents/skills`) instead of a project's. */
  readonly global?: boolean | undefined;
  /** Ask no network: the store has it, or it is an error. */
  readonly offline?: boolean | undefined;
  readonly logger?: Logger | undefined;
  /** Which kinds of source are allowed; default all. */
  readonly policy?: SourcePolicy | undefined;
  /** Credentials by registry; default those of the docker configuration. */
  readonly credentials?: CredentialSource | undefined;
  /** Hosts that plain http may be spoken to; this machine's own always may. */
  readonly plainHttp?: readonly string[] | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Folder that relative paths start from; default the process's. */
  readonly cwd?: string | undefined;
}

/** The policy that exists so far: where skills may come from. Signatures follow. */
export interface SourcePolicy {
  readonly allow?: readonly ('oci' | 'layout' | 'git' | 'url' | 'folder' | 'file')[];
}

export interface ProgressEvent {
  readonly phase: 'resolve' | 'fetch' | 'activate' | 'pack' | 'push';
  readonly name?: string;
  readonly done?: number;
  readonly total?: number;
  /** Bytes so far. */
  readonly bytes?: number;
}

export interface SearchOptions {
  readonly tags?: readonly string[] | undefined;
  /** 1 to 100; default 20. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly sort?: 'relevance' | 'downloads' | 'rating' | 'recent' | undefined;
}

export interface InstallOptions {
  /** Exact version, range or tag; the same as `@version` in the spec. */
  readonly version?: string | undefined;
  /** Registry prefix for bare names, for this call. */
  readonly registry?: string | undefined;
  /** Install again, and replace local edits and folders that are in the way. */
  readonly force?: boolean | undefined;
  readonly offline?: boolean | undefined;
  /** Exactly what the lock says; an error where it does not agree with skills.json. */
  readonly frozen?: boolean | undefined;
  /** Fill this plain folder instead of agents' folders. */
  readonly dest?: string | undefined;
  /** Names that may come from another source than the one they are bound to. */
  readonly acceptSource?: readonly string[] | undefined;
  /** Which skills of a repository that has several. */
  readonly skills?: readonly string[] | undefined;
  /** All skills of a repository that has several. */
  readonly all?: boolean | undefined;
  /** Whether `.agents/skills` is committed (`vendor`) or ignored by git (`ignore`). */
  readonly keep?: 'vendor' | 'ignore' | undefined;
}

/** A skill as an install left it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  /** The version before, for an update. */
  readonly previous?: string;
  readonly source: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  readonly contentDigest: Digest;
  /** Names of the skills that asked for it; empty for one that was asked for directly. */
  readonly requiredBy: readonly string[];
  /** Absolute folder that agents or `load` read. */
  readonly path: string;
  readonly files: number;
  /** Bytes unpacked. */
  readonly size: number;
}

export interface InstallReport {
  /** Names of the skills that were asked for. */
  readonly typed: readonly string[];
  readonly added: readonly Installed[];
  readonly updated: readonly Installed[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  readonly unchanged: readonly Installed[];
  readonly warnings: readonly string[];
  /** What is no skill, and so was not installed: host requirements, foreign packages, suggestions. */
  readonly notices: readonly string[];
  /** Agents that see the skills now, and those that must be started again. */
  readonly agents: { readonly sees: readonly string[]; readonly restart: readonly string[] };
  /** The command that takes this back; empty where nothing changed. */
  readonly undo: string;
  /** The folder that was installed into: the project, the store or `--dest`. */
  readonly target: string;
  /** Milliseconds. */
  readonly took: number;
}

export type SkillPackage = Installed & { readonly dependencies: readonly Installed[] };

export interface InstalledSkill {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly source: string;
  readonly digest: Digest;
  readonly contentDigest: Digest;
  readonly path: string;
  readonly requiredBy: readonly string[];
  /** Whether skills.json names it, or it is only required by others. */
  readonly direct: boolean;
  readonly range?: string;
  /** `store` for what was only pulled. */
  readonly scope: 'project' | 'global' | 'store';
}

export interface UninstallReport {
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  /** Left because other skills need them. */
  readonly kept: readonly { readonly name: string; readonly requiredBy: readonly string[] }[];
  readonly undo: string;
}

export interface ValidatedSkill {
  readonly dir: string;
  readonly name?: string;
  readonly version?: string;
  readonly problems: readonly Problem[];
  readonly fixed: readonly string[];
}

export interface ValidateReport {
  readonly skills: readonly ValidatedSkill[];
  readonly errors: number;
  readonly warnings: number;
  readonly ok: boolean;
}

export interface PackReport {
  readonly name: string;
  readonly version: string;
  /** Where the version was taken from, in words. */
  readonly versionFrom: string;
  /** Absent where only a list was wanted. */
  readonly file?: string;
  readonly digest: Digest;
  readonly contentDigest: Digest;
  /** Bytes of the package. */
  readonly size: number;
  readonly files: readonly FileRecord[];
  readonly problems: readonly Problem[];
}

export interface PushReport {
  readonly name: string;
  readonly reference: string;
  readonly digest: Digest;
  readonly contentDigest: Digest;
  readonly version: string;
  readonly versionFrom: string;
  /** Tags that point at it now, the version's first. */
  readonly tags: readonly string[];
  readonly warnings: readonly string[];
  /** Whether the very same content was there already. */
  readonly existed: boolean;
  readonly size: number;
}

export interface PublishReport extends PushReport {
  readonly dryRun: boolean;
  /** Whether the index was told; absent where none is configured. */
  readonly indexed?: boolean;
}

export interface PullReport {
  readonly name: string;
  readonly version: string;
  readonly reference: string;
  readonly digest: Digest;
  readonly contentDigest: Digest;
  readonly path: string;
}

export interface InspectReport {
  readonly kind: 'artifact' | 'folder' | 'package';
  readonly reference: string;
  readonly digest?: Digest;
  readonly dialect?: string;
  readonly name: string;
  readonly version?: string;
  readonly manifest: SkillManifest;
  readonly files: readonly { readonly path: string; readonly size: number; readonly executable: boolean }[];
  /** Bytes: of the layer for an artifact, of the files for a folder. */
  readonly size: number;
  readonly contentDigest?: Digest;
  readonly annotations: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

export interface DoctorCheck {
  readonly id: string;
  readonly title: string;
  readonly status: 'ok' | 'info' | 'warning' | 'error';
  readonly detail: string;
  readonly hint?: string;
}

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
  readonly ok: boolean;
}

/** A registry that has a name of its own in the configuration. */
export interface NamedRegistry {
  readonly name: string;
  /** `host/prefix`. */
  readonly url: string;
  readonly default: boolean;
  readonly from: 'project' | 'machine' | 'environment' | 'flag';
  readonly index?: string;
  readonly scopes: readonly string[];
}
