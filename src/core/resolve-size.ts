import { statSync } from 'node:fs';
import type { Descriptor } from './descriptor.ts';
import { sha256 } from './digest.ts';
import { SkillsError } from './errors.ts';
import { type Cancellable, holdsFiles, type ReadOnlyTarget } from './target.ts';

/** A Target that can tell the size of content whose descriptor does not state it. */
interface Sizer {
  /** Bytes. @throws SkillsError ERR_BLOB_UNKNOWN */
  fetchSize(descriptor: Descriptor, options?: Cancellable): Promise<number>;
}

const emptyDigest = sha256('');

/**
 * The descriptor with its true size. Some foreign writers state 0 for content that is longer; the holder is asked then, and
 * the digest rules all the same.
 *
 * @throws SkillsError ERR_BLOB_UNKNOWN; ERR_ARTIFACT_INVALID where the holder cannot tell
 */
export async function resolveSize(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  options: Cancellable = {},
): Promise<Descriptor> {
  if (descriptor.size > 0 || descriptor.digest === emptyDigest) return descriptor;
  return { ...descriptor, size: await trueSize(target, descriptor, options) };
}

async function trueSize(target: ReadOnlyTarget, descriptor: Descriptor, options: Cancellable): Promise<number> {
  if (descriptor.data !== undefined) return Buffer.from(descriptor.data, 'base64').byteLength;
  if (canTellSize(target)) return target.fetchSize(descriptor, options);
  const file = holdsFiles(target) ? await target.fileOf(descriptor) : undefined;
  if (file !== undefined) return statSync(file).size;
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `the size of ${descriptor.digest} is stated as 0 and cannot be found out`,
  );
}

function canTellSize<T extends object>(target: T): target is T & Sizer {
  return 'fetchSize' in target && typeof target.fetchSize === 'function';
}
