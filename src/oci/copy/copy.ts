import {
  type Cancellable,
  canChange,
  canFetchReference,
  canPutTagged,
  type Descriptor,
  fetchBytes,
  isDigest,
  isTag,
  limits,
  type ReadOnlyTarget,
  SkillsError,
  streamOf,
  type TaggedPusher,
  type Target,
} from '../../core/index.ts';
import { Attachments } from './attachments.ts';
import type { CopyOptions } from './options.ts';
import { onSide } from './side.ts';
import { type Fetched, Transfer } from './transfer.ts';

/**
 * Copies what `reference` stands for, and all that it names, from one Target to another: push, pull, mirror, bundle and
 * cache-fill are this function.
 *
 * Blobs go before the manifests that name them, what refers to the root (with `referrers`) follows it, and the tag comes
 * last; when anything fails, nothing is tagged. A root that the destination holds is taken to be complete. Subjects are not
 * followed.
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
  if (canChange(destination)) {
    const inside = (target: Target) => copy(source, reference, target, destinationReference, options);
    return destination.change(inside, options);
  }
  const references = [destinationReference, ...(options.alsoTags ?? [])].filter((tag) => tag !== undefined);
  for (const tag of references) checkTag(tag);
  const root = await onSide('source', () => fetchRoot(source, reference, options));
  const { descriptor } = root;
  checkDigests(references, descriptor);
  const tags = references.filter(isTag);
  const held = await onSide('destination', () => destination.exists(descriptor, options));
  const transfer = new Transfer(source, destination, options);
  if (held) transfer.report({ descriptor, bytes: descriptor.size, done: true, way: 'held' });
  const putsLast = canPutTagged(destination) && !held;
  await transfer.run(async () => {
    if (!held) await (putsLast && !options.referrers ? transfer.moveChildren(root) : transfer.moveManifest(root));
    if (options.referrers) await new Attachments(transfer, options.sourceTags).moveAll(root);
  });
  if (putsLast) await putTagged(root, destination, tags, options);
  else await tagAll(descriptor, destination, tags, options);
  if (putsLast && !options.referrers) transfer.report({ descriptor, bytes: descriptor.size, done: true, way: 'sent' });
  return descriptor;
}

async function tagAll(
  root: Descriptor,
  destination: Target,
  tags: readonly string[],
  options: CopyOptions,
): Promise<void> {
  await options.beforeTag?.(root, destination);
  for (const tag of tags) await onSide('destination', () => destination.tag(root, tag, options));
}

/** Puts the root and its tags in place in one step: {@link TaggedPusher}. */
async function putTagged(
  { descriptor, bytes }: Fetched,
  destination: Target & TaggedPusher,
  tags: readonly string[],
  { beforeTag, signal }: CopyOptions,
): Promise<void> {
  let refusal: unknown;
  const judge = async () => {
    await beforeTag?.(descriptor, destination).catch((error: unknown) => {
      refusal = error;
      throw error;
    });
  };
  try {
    const content = async () => streamOf(bytes);
    await onSide('destination', () => destination.put(descriptor, content, tags, { signal, beforeTag: judge }));
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
