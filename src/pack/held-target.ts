import { type Digest, type ReadOnlyTarget, resolveSize, streamOf } from '../core/index.ts';
import type { SkillArtifact } from './artifact.types.ts';

/** The target of an artifact that was read already: what was fetched for that is not asked for a second time. */
export function holdArtifact(target: ReadOnlyTarget, { descriptor, bytes, held }: SkillArtifact): ReadOnlyTarget {
  const bytesOf = (digest: Digest) => (digest === descriptor.digest ? bytes : held.get(digest));
  const heldTarget = {
    resolve: async (reference, options) =>
      reference === descriptor.digest ? descriptor : target.resolve(reference, options),
    exists: (asked, options) => target.exists(asked, options),
    fetch: async (asked, options) => {
      const known = bytesOf(asked.digest);
      return known ? streamOf(known) : target.fetch(asked, options);
    },
    fetchSize: async (asked, options) =>
      bytesOf(asked.digest)?.byteLength ?? (await resolveSize(target, asked, options)).size,
  } satisfies ReadOnlyTarget & { fetchSize: (...args: Parameters<ReadOnlyTarget['exists']>) => Promise<number> };
  return heldTarget;
}
