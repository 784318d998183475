import {
  type ChosenVersion,
  hashFiles,
  type PackedSkill,
  type PublishedVersion,
  pack,
  type SkillFolder,
  versionFor,
  type WritableDialect,
} from '../pack/index.ts';

export interface PackFolderOptions {
  /** Exact version; else the folder, git or what is published decides. */
  readonly version?: string | undefined;
  /** `agentskills` alone where none is named. */
  readonly dialects?: readonly WritableDialect[] | undefined;
  readonly published?: (() => Promise<readonly PublishedVersion[]>) | undefined;
}

/**
 * Packs a folder as the version that it is, or that it is to be.
 *
 * @throws SkillsError ERR_SKILL_INVALID listing every error of the skill.
 */
export async function packFolder(
  folder: SkillFolder,
  options: PackFolderOptions = {},
): Promise<{ packed: PackedSkill; chosen: ChosenVersion }> {
  const { requireSkill } = await import('../manifest/index.ts');
  const { manifest } = requireSkill(folder);
  const chosen = await versionFor(folder, {
    manifest,
    version: options.version,
    published: options.published,
    ...(options.published ? { contentDigest: hashFiles(folder.files).contentDigest } : {}),
  });
  return { packed: await pack(folder, { version: chosen.version, dialects: options.dialects }), chosen };
}
