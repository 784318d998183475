import { type ImageManifest, SkillsError } from '../../core/index.ts';
import { agentpackage } from './agentpackage.ts';
import { agentskills } from './agentskills.ts';
import type { Dialect } from './dialect.types.ts';
import { image } from './image.ts';
import { isTarLayer } from './layers.ts';
import { nameNoSkill } from './not-skills.ts';
import { anyTar, plainDialects } from './plain.ts';

/** Every dialect that is read, the one written by default first. docs/ARCHITECTURE.md, "Dialects that are read". */
export const dialects: readonly Dialect[] = [agentskills, image, agentpackage, ...plainDialects];

/**
 * The dialect of an artifact: by its artifactType, else by the type of its config (old registries drop the first), else
 * by the type of a layer; else it may be a skill if there is a tar in it.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where it is none.
 */
export function selectDialect(manifest: ImageManifest, table: readonly Dialect[] = dialects): Dialect {
  const kind = nameNoSkill(manifest);
  if (kind !== undefined) throw noSkill(manifest, `it is ${kind}`);
  const found =
    table.find(({ artifactTypes }) => artifactTypes.includes(manifest.artifactType ?? '')) ??
    table.find(({ configTypes }) => configTypes.includes(manifest.config.mediaType)) ??
    table.find(({ layerTypes }) => manifest.layers.some(({ mediaType }) => layerTypes.includes(mediaType)));
  if (found) return found;
  if (manifest.layers.some(isTarLayer)) return anyTar;
  throw noSkill(manifest, `its type is "${typeOf(manifest)}"`);
}

function typeOf({ artifactType, config }: ImageManifest): string {
  return artifactType ?? config.mediaType;
}

function noSkill(manifest: ImageManifest, why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `This is no skill: ${why}`, {
    hint: `skills are artifacts of the type ${dialects[0]?.artifactTypes[0]}, or tars and images that hold a SKILL.md`,
    data: { reason: 'unknown-dialect', type: typeOf(manifest) },
  });
}
