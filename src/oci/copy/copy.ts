import {
  type Cancellable,
  canFetchReference,
  canPutTagged,
  type Descriptor,
  fetchBytes,
  isDigest,
  isTag,
  limits,
  type ReadOnlyTarget,
  SkillsError,
  type TaggedPusher,
  type Target,
} from '../../core/index.ts';
import type { CopyOptions } from './options.ts';
import { onSide } from './side.ts';
import { type Fetched, Transfer } from './transfer.ts';

/**
 * Copies what `reference` stands for, and all that it names, from one Target to another: push, pull, mirror, bundle and
 * cache-fill are this function.
 *
 * Blobs go before the manifests that name them, and the tag comes last; when anything fails, nothing is tagged. A root
 * that the destination holds is taken to be complete. Subjects and referrers are not followed.
 *
 * @param destinationReference a tag; none, or the digest of the root, tags nothing.
 * @returns the descriptor of the root
 * @throws SkillsError of the side that failed, which the message and `data.side` name
 */
export async function copy(
  source: ReadOnlyTarget,
  reference: string,
  destination: Target,
  destinationReference?: string,
  options: CopyOptions = {},
): Promise<Descriptor> {
  const tags = [destinationReference, ...(options.alsoTags ?? [])].filter((tag) => tag !== undefined);
  for (const tag of tags) checkTag(tag);
  const root = await onSide('source', () => fetchRoot(source, reference, options));
  checkDigests(tags, root.descriptor);
  const { descriptor } = root;
  const held = await onSide('destination', () => destination.exists(descriptor, options));
  if (!held && canPutTagged(destination)) {
    await moveTagged(new Transfer(source, destination, options), root, destination, tags.filter(isTag), options);
    return descriptor;
  }
  if (held) options.onProgress?.({ descriptor, bytes: descriptor.size, done: true });
  else await new Transfer(source, destination, options).run(root);
  await options.beforeTag?.(descriptor, destination);
  for (const tag of tags.filter(isTag)) {
    await onSide('destination', () => destination.tag(descriptor, tag, options));
  }
  return descriptor;
}

/** Moves all content, the root and its tags last, in one step: {@link TaggedPusher}. */
async function moveTagged(
  transfer: Transfer,
  root: Fetched,
  destination: Target & TaggedPusher,
  tags: readonly string[],
  { beforeTag, signal }: CopyOptions,
): Promise<void> {
  let refusal: unknown;
  const judge = async () => {
    await beforeTag?.(root.descriptor, destination).catch((error: unknown) => {
      refusal = error;
      throw error;
    });
  };
  try {
    await transfer.run(root, (descriptor, content) =>
      destination.put(descriptor, content, tags, { signal, beforeTag: judge }),
    );
  } catch (error) {
    throw refusal ?? error;
  }
}

async function fetchRoot(source: ReadOnlyTarget, reference: string, options: Cancellable): Promise<Fetched> {
  if (canFetchReference(source)) return source.fetchReference(reference, options);
  const descriptor = await source.resolve(reference, options);
  return { descriptor, bytes: await fetchBytes(source, descriptor, limits.manifestBytes, options) };
}

function checkTag(tag: string): void {
  if (isTag(tag) || isDigest(tag)) return;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${tag}" is not a tag`, {
    hint: 'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
  });
}

function checkDigests(tags: readonly string[], root: Descriptor): void {
  const other = tags.find((tag) => isDigest(tag) && tag !== root.digest);
  if (other === undefined) return;
  throw new SkillsError(
    'ERR_REFERENCE_INVALID',
    `the content has the digest ${root.digest} and cannot be kept as ${other}`,
  );
}
