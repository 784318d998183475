import type { Reference } from '../../core/index.ts';

/**
 * What a person asks for, as read from one word of a command or one `source` of skills.json (DESIGN, "Names and references").
 *
 * `raw` is the text as it was typed.
 */
export type Spec = { readonly raw: string } & SpecForm;

export type SpecForm = NameSpec | OciSpec | LayoutSpec | GitSpec | UrlSpec | FolderSpec | FileSpec;

/** `pdf`, `pdf@^1.2`, `@acme/pdf@latest`: found through the default registry or the scope's. */
export interface NameSpec {
  readonly kind: 'name';
  readonly name: string;
  /** With its `@`. */
  readonly scope?: string;
  /** '' = the newest; else a semver range, a tag, or a digest. */
  readonly range: string;
}

/** `ghcr.io/acme/skills/pdf:1.2.0`, `…@sha256:…`, `…@^1.2`; `ghcr.io/acme/skills:1.2.0#pdf` for one of several in an artifact. */
export interface OciSpec {
  readonly kind: 'oci';
  readonly reference: Reference;
  /** Which skill of an artifact that may hold several. */
  readonly skill?: string;
  /** A semver range where one was typed after `@`; '' elsewhere: tag and digest stand in `reference`. */
  readonly range: string;
}

/**
 * `oci-layout:./dir:1.2.0`: an OCI image layout, a folder or a tar; `oci-layout:./dir:1.2.0#pdf` for one of several skills in
 * an artifact; `oci-layout:./all.tar:ghcr.io/acme/skills/pdf:1.2.0` for one of several repositories in the layout.
 */
export interface LayoutSpec {
  readonly kind: 'layout';
  readonly path: string;
  /** One of several repositories in the layout, with its registry. */
  readonly repository?: string;
  /** Which skill of an artifact that may hold several. */
  readonly skill?: string;
  /** A tag or a digest. */
  readonly key?: string;
}

/** `owner/repo/path@ref`, `git+https://…#ref:path`, `git@host:owner/repo.git`. */
export interface GitSpec {
  readonly kind: 'git';
  /** What git itself is given. */
  readonly url: string;
  /** Branch, tag or commit. */
  readonly ref?: string;
  /** Folder in the repository. */
  readonly path?: string;
  /** `owner/repo`, for what lies on github.com. */
  readonly shorthand?: string;
}

/** A package at a web address: .spm, .tgz, .tar.gz or .zip. */
export interface UrlSpec {
  readonly kind: 'url';
  readonly url: string;
}

/** A skill's folder on this machine. */
export interface FolderSpec {
  readonly kind: 'folder';
  readonly path: string;
}

/** A package file on this machine. */
export interface FileSpec {
  readonly kind: 'file';
  readonly path: string;
}
