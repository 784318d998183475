import type { JsonObject } from '../json/fields.ts';

/** A registry that a project or a machine names: where its skills' repositories lie. */
export interface RegistryEntry {
  /** `ghcr.io/acme/skills`: host, and what stands before a skill's name. */
  readonly prefix: string;
  readonly default: boolean;
  readonly plainHttp: boolean;
  readonly index?: string;
}

/** One entry of `skills` in skills.json (the field's shape; Arconia and skills-oci read it too). */
export interface ProjectSkill {
  readonly name: string;
  /**
   * Where it comes from, without a version: `ghcr.io/acme/skills/pdf`, `@acme/pdf`, `owner/repo/path`, `git+https://…#:path`,
   * `oci-layout:./dir`, `./folder`, `https://…/x.spm`. Where it is left out, the name is looked for in the default registry.
   */
  readonly source: string;
  /** A range (`^1.2`), an exact version, a tag word or a digest; for git a branch, tag or commit. Absent = the newest. */
  readonly version?: string;
  readonly additionalBasePaths: readonly string[];
}

/** skills.json: what a project asks for, and what its names mean. Unknown keys stay in the text that `editProject` edits. */
export interface SkillsProject {
  readonly registries: ReadonlyMap<string, RegistryEntry>;
  /** `@acme` → prefix. */
  readonly scopes: ReadonlyMap<string, string>;
  /** The prefix that bare names are looked for in. */
  readonly defaultRegistry?: string;
  /** URL of the search index. */
  readonly index?: string;
  readonly skills: readonly ProjectSkill[];
}

/** What a project without a skills.json asks for: nothing. */
export const emptyProject: SkillsProject = { registries: new Map(), scopes: new Map(), skills: [] };

/** What `addSkill` writes. */
export interface SkillEdit {
  readonly name: string;
  readonly source: string;
  /** Undefined leaves no `version`: the newest. */
  readonly version?: string | undefined;
  readonly additionalBasePaths?: readonly string[] | undefined;
}

/** skills.json as it stands in the file: keys of any kind. */
export type ProjectJson = JsonObject;
