import type { Digest, Logger } from '../core/index.ts';
import type { Problem, SkillManifest } from '../manifest/index.ts';
import type { CredentialSource } from '../oci/index.ts';
import type { FileRecord } from '../pack/index.ts';
import type { RegistryLogin } from './settings/registry-login.ts';

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
  /** What is told while it works; default nobody. `console` will do. */
  readonly logger?: Logger | undefined;
  /** Which kinds of source are allowed; default all. */
  readonly policy?: SourcePolicy | undefined;
  /** Finds credentials in place of all that follows; default where docker and podman keep them, and their helpers. */
  readonly credentials?: CredentialSource | undefined;
  /** Credentials for one registry, stored nowhere; default those that `SKILLS_REGISTRY_USERNAME` and its fellows name. */
  readonly registryLogin?: RegistryLogin | undefined;
  /** Files in the form of docker's config.json that come before all others; logins are written to the first. */
  readonly registryConfig?: readonly string[] | undefined;
  /** Hosts that plain http may be spoken to; this machine's own always may. */
  readonly plainHttp?: readonly string[] | undefined;
  /** PEM files of certificate authorities that are trusted besides the usual ones. */
  readonly caFiles?: readonly string[] | undefined;
  /** PEM file of the certificate that is shown to registries, with `keyFile`. */
  readonly certFile?: string | undefined;
  /** PEM file of the private key of `certFile`. */
  readonly keyFile?: string | undefined;
  /** Hosts, with their port or without, whose certificate is not checked. */
  readonly insecureHosts?: readonly string[] | undefined;
  /** Takes what registries want to be said, each once; default the logger. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Called often, while skills are fetched, packed and pushed. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Aborts whatever is under way: ERR_INTERRUPTED, with nothing half-done. */
  readonly signal?: AbortSignal | undefined;
  /** Read instead of `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Folder that relative paths start from; default the process's. */
  readonly cwd?: string | undefined;
}

/** The policy that exists so far: where skills may come from. Signatures follow. */
export interface SourcePolicy {
  /** Kinds of source; any other is ERR_USAGE. */
  readonly allow?: readonly ('oci' | 'layout' | 'git' | 'url' | 'folder' | 'file')[];
}

/** How far a piece of work is. */
export interface ProgressEvent {
  /** What is being done. */
  readonly phase: 'resolve' | 'fetch' | 'activate' | 'pack' | 'push' | 'copy';
  /** The skill that it is done with. */
  readonly name?: string;
  /** How many of `total` are finished. */
  readonly done?: number;
  /** Skills in all; for `activate` places, for `push` bytes of the layer. */
  readonly total?: number;
  /** Bytes so far. */
  readonly bytes?: number;
}

/** What a search is narrowed to, and which part of its results is wanted. */
export interface SearchOptions {
  /** Only skills that have all of these. */
  readonly tags?: readonly string[] | undefined;
  /** 1 to 100; default 20. */
  readonly limit?: number | undefined;
  /** How many to leave out at the start; default 0. */
  readonly offset?: number | undefined;
  /** Default relevance; recent: last changed first. */
  readonly sort?: 'relevance' | 'downloads' | 'rating' | 'recent' | undefined;
}

/** What of an artifact is meant, where it holds more than one skill. */
export interface ReadOptions {
  /** Name of one of several skills that are in one artifact. */
  readonly skill?: string | undefined;
  /** `linux/arm64`: of an index that holds different files for each platform. */
  readonly platform?: string | undefined;
}

/** How skills are installed. */
export interface InstallOptions {
  /** Exact version, range or tag; the same as `@version` in the spec. */
  readonly version?: string | undefined;
  /** Registry prefix for bare names, for this call. */
  readonly registry?: string | undefined;
  /** Install again, and replace local edits and folders that are in the way. */
  readonly force?: boolean | undefined;
  /** Ask no network, for this call. */
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
  /** `linux/arm64`: of an index that holds different files for each platform. The lock keeps it. */
  readonly platform?: string | undefined;
  /** Whether `.agents/skills` is committed (`vendor`) or ignored by git (`ignore`). */
  readonly keep?: 'vendor' | 'ignore' | undefined;
}

/** A skill as an install left it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  /** The version before, for an update. */
  readonly previous?: string;
  /** Where it came from: a repository, or the spec of another source. */
  readonly source: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  /** Over its files, whatever they were packed in. */
  readonly contentDigest: Digest;
  /** Names of the skills that asked for it; empty for one that was asked for directly. */
  readonly requiredBy: readonly string[];
  /** Absolute folder that agents or `load` read. */
  readonly path: string;
  /** How many files it has. */
  readonly files: number;
  /** Bytes unpacked. */
  readonly size: number;
}

/** What an install or update did. */
export interface InstallReport {
  /** Names of the skills that were asked for. */
  readonly typed: readonly string[];
  /** Skills that were not here before. */
  readonly added: readonly Installed[];
  /** Skills that moved to another version or content. */
  readonly updated: readonly Installed[];
  /** Skills that nobody asks for any more. */
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  /** Skills that are as the lock says. */
  readonly unchanged: readonly Installed[];
  /** What is worth a look and stopped nothing. */
  readonly warnings: readonly string[];
  /** What is no skill, and so was not installed: host requirements, foreign packages, suggestions. */
  readonly notices: readonly string[];
  /** Agents that see the skills now, and those that must be started again. */
  readonly agents: { readonly sees: readonly string[]; readonly restart: readonly string[] };
  /** The command that takes this back; empty where nothing changed. */
  readonly undo: string;
  /** The folder that was installed into: the project, for the user's own skills the folder that agents read, the store, or `--dest`. */
  readonly target: string;
  /** Milliseconds. */
  readonly took: number;
}

/** A skill that was installed, with what it brought along. */
export type SkillPackage = Installed & { readonly dependencies: readonly Installed[] };

/** A skill that is installed, as `list` shows it. */
export interface InstalledSkill {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Where it came from: a repository, or the spec of another source. */
  readonly source: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  /** Over its files, whatever they were packed in. */
  readonly contentDigest: Digest;
  /** Absolute folder that agents or `load` read. */
  readonly path: string;
  /** Names of the installed skills that need it. */
  readonly requiredBy: readonly string[];
  /** Whether skills.json names it, or it is only required by others. */
  readonly direct: boolean;
  /** Which versions skills.json allows; absent where it does not name the skill. */
  readonly range?: string;
  /** `store` for what was only pulled. */
  readonly scope: 'project' | 'global' | 'store';
  /**
   * What lies in the project compared with what the lock pins: `missing` (`install` brings it back), `changed` since it was
   * installed, `outdated`, `foreign` (something else is in the way). Elsewhere `same` or `missing`.
   */
  readonly state: 'same' | 'missing' | 'outdated' | 'changed' | 'foreign';
}

/** What an uninstall did. */
export interface UninstallReport {
  /** Those that were named, and what only they needed. */
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  /** Left because other skills need them. */
  readonly kept: readonly { readonly name: string; readonly requiredBy: readonly string[] }[];
  /** The command that takes this back; empty where nothing changed. */
  readonly undo: string;
}

/** One skill that was checked. */
export interface ValidatedSkill {
  /** Its folder, relative to `cwd`. */
  readonly dir: string;
  readonly name?: string;
  readonly version?: string;
  /** Everything that is wrong with it. */
  readonly problems: readonly Problem[];
  /** Files that `fix` wrote, relative to the folder. */
  readonly fixed: readonly string[];
}

/** What a validation found. */
export interface ValidateReport {
  readonly skills: readonly ValidatedSkill[];
  /** How many errors all skills have together. */
  readonly errors: number;
  /** How many warnings. */
  readonly warnings: number;
  /** Whether there is no error; with `strict` no warning either. */
  readonly ok: boolean;
}

/** A package that was written, or would be. */
export interface PackReport {
  readonly name: string;
  readonly version: string;
  /** Where the version was taken from, in words. */
  readonly versionFrom: string;
  /** Absent where only a list was wanted. */
  readonly file?: string;
  /** Of the OCI manifest that pushing it makes. */
  readonly digest: Digest;
  /** Over its files, whatever they are packed in. */
  readonly contentDigest: Digest;
  /** Bytes of the package. */
  readonly size: number;
  /** What is in it. */
  readonly files: readonly FileRecord[];
  /** Warnings of its validation. */
  readonly problems: readonly Problem[];
}

/** A form that a skill was pushed in. */
export interface PushedArtifact {
  readonly dialect: 'agentskills' | 'image';
  /** Where it is now: `registry/repository:tag`, or `oci-layout:…`. */
  readonly reference: string;
  /** Of the OCI manifest, or of the index over several. */
  readonly digest: Digest;
  /** Tags that point at it now, the version's first. */
  readonly tags: readonly string[];
  /** Bytes of the layer. */
  readonly size: number;
  /** Whether the very same content was there already. */
  readonly existed: boolean;
}

/** What a push did. */
export interface PushReport {
  readonly name: string;
  /** Where it is now: `registry/repository:tag`, or `oci-layout:…`. */
  readonly reference: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  /** Over its files, whatever they are packed in. */
  readonly contentDigest: Digest;
  readonly version: string;
  /** Where the version was taken from, in words. */
  readonly versionFrom: string;
  /** Tags that point at it now, the version's first; where it was pushed in several dialects, those of all. */
  readonly tags: readonly string[];
  /** One for each dialect that it was pushed in; the first is what the report is about. */
  readonly artifacts: readonly PushedArtifact[];
  /** Tags that the registry refused to move; of a publication also an index that was not told, and dependencies that are not published. */
  readonly warnings: readonly string[];
  /** Warnings of its validation: what has errors is not pushed. */
  readonly problems: readonly Problem[];
  /** Whether the very same content was there already, in every dialect. */
  readonly existed: boolean;
  /** Bytes of the layer. */
  readonly size: number;
}

/** What a publication did. */
export interface PublishReport extends PushReport {
  /** Whether nothing was written. */
  readonly dryRun: boolean;
  /** Whether the index was told; absent where none is configured. */
  readonly indexed?: boolean;
}

/** A skill that was fetched without being activated. */
export interface PullReport {
  readonly name: string;
  readonly version: string;
  /** What it was fetched by. */
  readonly reference: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  /** Over its files, whatever they were packed in. */
  readonly contentDigest: Digest;
  /** Absolute folder of its files. */
  readonly path: string;
}

/** Whatever is known of a skill without installing it. */
export interface InspectReport {
  readonly kind: 'artifact' | 'folder' | 'package';
  /** What was asked for, made exact where it is an artifact. */
  readonly reference: string;
  /** Of the OCI manifest; absent for folders and package files. */
  readonly digest?: Digest;
  /** How the artifact is laid out: `agentskills`, `image`… (docs/ARCHITECTURE.md, "Dialects that are read"). */
  readonly dialect?: string;
  /** All the skills that the artifact holds, where there are several. */
  readonly skills?: readonly string[];
  /** The platform that it is for, where others have other files. */
  readonly platform?: string;
  readonly name: string;
  readonly version?: string;
  readonly manifest: SkillManifest;
  readonly files: readonly { readonly path: string; readonly size: number; readonly executable: boolean }[];
  /** Bytes: of the layers for an artifact, of the files for a folder. */
  readonly size: number;
  /** Over its files; absent where the artifact does not state it. */
  readonly contentDigest?: Digest;
  /** Of the OCI manifest; empty for folders and package files. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Warnings of its validation; empty for artifacts. */
  readonly problems: readonly Problem[];
}

/** One thing that `doctor` looked at. */
export interface DoctorCheck {
  readonly id: string;
  readonly title: string;
  readonly status: 'ok' | 'info' | 'warning' | 'error';
  readonly detail: string;
  /** What can be done about it. */
  readonly hint?: string;
}

/** What `doctor` found. */
export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
  /** Whether there is no error. */
  readonly ok: boolean;
}

/** A registry that has a name of its own in the configuration. */
export interface NamedRegistry {
  readonly name: string;
  /** `host/prefix`. */
  readonly url: string;
  /** Whether bare names stand in it. */
  readonly default: boolean;
  /** Where it is configured. */
  readonly from: 'project' | 'machine' | 'environment' | 'flag';
  /** Address of the index that searches it. */
  readonly index?: string;
  /** Scopes that stand in it: `@acme`. */
  readonly scopes: readonly string[];
}
