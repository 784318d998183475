import {
  type Cancellable,
  isIndexType,
  manifestTypeOf,
  parseIndex,
  type ReadOnlyTarget,
  SkillsError,
} from '../../core/index.ts';
import { annotationKeys } from '../dialects/annotation-keys.ts';
import { fetchManifest } from '../fetch-manifest.ts';
import { isCollection, membersOf } from '../platforms/collection.ts';
import type { Collection } from './collection.types.ts';
import { collectionKeys } from './write-collection.ts';

/**
 * Reads a collection of any writer: one request. Whether its members are there is not looked at.
 *
 * @param reference a tag or a digest.
 * @throws SkillsError ERR_ARTIFACT_INVALID where it is none (`data.reason` is `no-collection`).
 */
export async function readCollection(
  target: ReadOnlyTarget,
  reference: string,
  options: Cancellable = {},
): Promise<Collection> {
  const { descriptor, bytes } = await fetchManifest(target, reference, options);
  if (!isIndexType(descriptor.mediaType) && !isIndexType(manifestTypeOf(bytes))) throw noCollection(reference);
  const index = parseIndex(bytes);
  if (!isCollection(index)) throw noCollection(reference);
  const { annotations = {} } = index;
  const title = annotations[annotationKeys.title];
  return {
    descriptor,
    index,
    members: membersOf(index),
    name: annotations[collectionKeys.name] ?? title ?? '',
    title,
    version: annotations[annotationKeys.version],
    description: annotations[annotationKeys.description],
    source: annotations[annotationKeys.source],
    revision: annotations[annotationKeys.revision],
  };
}

function noCollection(reference: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `"${reference}" is no collection`, {
    hint: '"skills inspect" shows what it is',
    data: { reason: 'no-collection' },
  });
}
