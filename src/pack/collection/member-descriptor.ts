import { type Descriptor, manifestTypeOf } from '../../core/index.ts';
import type { SkillArtifact } from '../artifact.types.ts';

/** The descriptor by which a collection lists a skill: of all its platforms, with the type that the artifact states. */
export function memberDescriptor({ descriptor, bytes, index }: SkillArtifact): Descriptor {
  if (index && index.digest !== descriptor.digest) {
    const { mediaType, digest, size } = index;
    return { mediaType, digest, size };
  }
  const { artifactType } = JSON.parse(new TextDecoder().decode(bytes)) as { artifactType?: unknown };
  return {
    mediaType: manifestTypeOf(bytes),
    ...(typeof artifactType === 'string' && artifactType !== '' ? { artifactType } : {}),
    digest: descriptor.digest,
    size: bytes.byteLength,
  };
}
