import { SkillsError } from '../../core/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import type { ScannedTree } from './tree-scanner.ts';

/**
 * Reads a skill's manifest from its files in a scanned tree; where these cannot be used, from what the artifact states.
 *
 * Only that no skill could be made of them is an error here: what others published is read as leniently as it is loaded.
 *
 * @param folder where the skill is, '' for the root.
 * @param name of the folder that it will be in, where that is known.
 * @throws SkillsError ERR_SKILL_INVALID for files that describe no skill, ERR_ARTIFACT_INVALID for two names.
 */
export async function readScannedManifest(
  { files, texts }: ScannedTree,
  { folder, name }: { readonly folder: string; readonly name: string },
  stated: SkillManifest | undefined,
): Promise<SkillManifest> {
  // Loaded here: what this project packed is read without the readers of every format.
  const { readSkill } = await import('../../manifest/index.ts');
  const prefix = folder === '' ? '' : `${folder}/`;
  const paths = files.flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
  const { manifest, problems } = readSkill({ folder: name, paths, read: (path) => texts.get(prefix + path) });
  if (manifest && manifest.description !== '') return agree(manifest, stated);
  if (stated) return stated;
  const errors = problems.filter(({ grade }) => grade === 'error').map(({ message }) => message);
  throw new SkillsError('ERR_SKILL_INVALID', `The skill cannot be used: ${errors.slice(0, 3).join('; ')}`, {
    hint: 'its author must mend it and publish it again',
    data: { problems },
  });
}

function agree(manifest: SkillManifest, stated: SkillManifest | undefined): SkillManifest {
  if (!stated) return manifest;
  if (stated.name !== manifest.name) {
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `The artifact cannot be read: it is called "${stated.name}", and its SKILL.md "${manifest.name}"`,
      { data: { reason: 'two-names' } },
    );
  }
  const { license, repository } = stated;
  return {
    ...(license === undefined ? {} : { license }),
    ...(repository === undefined ? {} : { repository }),
    ...manifest,
  };
}
