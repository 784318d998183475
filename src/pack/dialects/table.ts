import { type ImageManifest, SkillsError } from '../../core/index.ts';
import { agentskills } from './agentskills.ts';
import type { Dialect } from './dialect.types.ts';

/** Every dialect that is read, the one written by default first. */
export const dialects: readonly Dialect[] = [agentskills];

/**
 * The dialect of an artifact: by its artifactType, else by the type of its config (old registries drop the first), else
 * by the type of a layer.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where it is none.
 */
export function selectDialect(image: ImageManifest, table: readonly Dialect[] = dialects): Dialect {
  const found =
    table.find(({ artifactTypes }) => artifactTypes.includes(image.artifactType ?? '')) ??
    table.find(({ configTypes }) => configTypes.includes(image.config.mediaType)) ??
    table.find(({ layerTypes }) => image.layers.some(({ mediaType }) => layerTypes.includes(mediaType)));
  if (found) return found;
  const type = image.artifactType ?? image.config.mediaType;
  throw new SkillsError('ERR_ARTIFACT_INVALID', `This is no skill: its type is "${type}"`, {
    hint: `skills are artifacts of the type ${table[0]?.artifactTypes[0]}; "skills inspect" shows what a reference holds`,
    data: { reason: 'unknown-dialect', type },
  });
}
