import type { Logger, Network, ReadOnlyTarget, Reference, Registry } from '../core/index.ts';
import type { SkillArtifact } from '../pack/index.ts';

/** Where a skill is to be had from. The specs of `resolve` that name a source have these shapes. */
export type SourceSpec =
  | ({ readonly kind: 'oci'; readonly reference: Reference } & WhatOfArtifact)
  | ({
      readonly kind: 'layout';
      readonly path: string;
      readonly repository?: string;
      readonly key?: string;
    } & WhatOfArtifact)
  | { readonly kind: 'git'; readonly url: string; readonly ref?: string; readonly path?: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string };

/** What of an artifact is meant, where it holds more than one skill. */
export interface WhatOfArtifact {
  /** Name of one of several skills. */
  readonly skill?: string | undefined;
  /** `linux/arm64`, of an index with different files for each platform. */
  readonly platform?: string | undefined;
}

export type SourceKind = SourceSpec['kind'];

/** What sources need from whoever opens them. */
export interface SourceContext {
  /** The registry at a host, with its credentials and transport. */
  registry(host: string): Registry;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** The connections to use. */
  readonly network: Network;
  readonly signal?: AbortSignal | undefined;
  /** The policy gate: throws where this kind of source, or this one, is not allowed. */
  admit(spec: SourceSpec): void;
}

/** One version of a skill, ready to be copied. */
export interface OpenedSkill {
  readonly artifact: SkillArtifact;
  /** Holds the artifact under its digest. */
  readonly target: ReadOnlyTarget;
  /** For git: where exactly the folder stood. */
  readonly commit?: GitCommit;
}

export interface GitCommit {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Folder in the repository, '' for its root. */
  readonly path: string;
}

/** A skill at its source: the versions it has there, and each of them opened. */
export interface SkillSource extends AsyncDisposable {
  readonly kind: SourceKind;
  /** What can be opened: the tags of a repository, the one version of everything else. */
  keys(): Promise<readonly string[]>;
  /** @param key one of `keys`, another tag, or a digest. Sources of one version open that, whatever is asked. */
  open(key: string): Promise<OpenedSkill>;
}

/** A skill that a repository offers, for choosing. */
export interface OfferedSkill {
  readonly name: string;
  /** Folder in the repository, '' for its root. */
  readonly path: string;
  readonly description: string;
}
