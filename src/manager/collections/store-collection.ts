import {
  canPutTagged,
  type Descriptor,
  isSkillsError,
  mapConcurrently,
  parseReference,
  type ReadOnlyTarget,
  type Reference,
  SkillsError,
  streamOf,
  type Target,
} from '../../core/index.ts';
import { type CredentialSource, copy } from '../../oci/index.ts';
import { collectionKeys, type WrittenContent } from '../../pack/index.ts';
import type { Context } from '../context.ts';
import { verifyBeforeTag } from '../verification.ts';

const atOnce = 4;

/** Where a skill is copied from. */
export interface Origin {
  readonly target: ReadOnlyTarget;
  /** Its repository, `registry/name`, where the target does not say it itself. */
  readonly repository?: string | undefined;
}

/** Opens the repository that an entry is from. */
export type OpenOrigin = (entry: Descriptor) => Promise<Origin>;

/**
 * The repository that a collection's entry names. Whoever wrote the collection has chosen it: credentials are shown to the
 * collection's own registry alone, or the skills of a company would be copied to where he can read them.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where it names none
 */
export async function openOrigin(
  context: Context,
  { digest, annotations = {} }: Descriptor,
  home: Reference | undefined,
): Promise<Origin> {
  const text = annotations[collectionKeys.reference] ?? annotations[collectionKeys.referenceName];
  if (text === undefined) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `the collection does not say where ${digest} is published`, {
      hint: 'add the skill again by its reference: skills collection add',
    });
  }
  const { registry, repository } = parseReference(text);
  const opened =
    registry === home?.registry
      ? (await context.registries())(registry)
      : await context.openRegistry(registry, nobody(text));
  return { target: opened.repository(repository) };
}

function nobody(reference: string): CredentialSource {
  const explain = () =>
    `the collection names it, and what it names elsewhere is read without credentials: skills collection add … ${reference}`;
  return Object.assign(async () => undefined, { explain });
}

/** The entries with their true sizes; some writers state 0. */
export async function trueSizes(
  { signal }: Context,
  destination: Target,
  entries: readonly Descriptor[],
  open: OpenOrigin,
): Promise<readonly Descriptor[]> {
  return mapConcurrently(entries, atOnce, async (entry) => {
    if (entry.size > 0) return entry;
    const holder = (await destination.exists(entry, { signal })) ? destination : (await open(entry)).target;
    return { ...entry, size: (await holder.resolve(entry.digest, { signal })).size };
  });
}

/**
 * Brings the skills of a collection into its repository: registries refuse an index of what they do not hold. Within one
 * registry blobs are mounted, and only what is small is sent. What is there already is not looked for elsewhere.
 */
export async function bringMembers(
  context: Context,
  { target: destination, place }: { readonly target: Target; readonly place: Reference | undefined },
  entries: readonly Descriptor[],
  open: OpenOrigin,
): Promise<void> {
  const options = { signal: context.signal };
  const prefix = place && `${place.registry}/`;
  let done = 0;
  await mapConcurrently(entries, atOnce, async (entry) => {
    if (!(await destination.exists(entry, options))) {
      const { target, repository = '' } = await open(entry);
      const mountFrom = prefix && repository.startsWith(prefix) ? repository.slice(prefix.length) : undefined;
      await copy(target, entry.digest, destination, undefined, { ...options, mountFrom });
    }
    context.report({ phase: 'push', done: ++done, total: entries.length });
  });
}

/** Stores a collection's index under its tag. @param sparse for the message where the registry refuses it. */
export async function storeIndex(
  context: Context,
  target: Target,
  { descriptor, bytes }: WrittenContent,
  tag: string,
  sparse: boolean,
): Promise<void> {
  const { signal } = context;
  const content = () => streamOf(bytes);
  const beforeTag = () => verifyBeforeTag(context)(descriptor, target);
  try {
    if (canPutTagged(target)) return await target.put(descriptor, content, [tag], { signal, beforeTag });
    await target.push(descriptor, content, { signal });
    await beforeTag();
    await target.tag(descriptor, tag, { signal });
  } catch (error) {
    throw sparse ? sayRefused(error) : error;
  }
}

/** Of the registries that are widely run, most refuse an index whose manifests they do not hold. */
function sayRefused(error: unknown): unknown {
  if (!isSkillsError(error, 'ERR_REGISTRY', 'ERR_BLOB_UNKNOWN', 'ERR_NOT_FOUND', 'ERR_ARTIFACT_INVALID')) return error;
  return new SkillsError(error.code, `the registry takes no collection without its skills: ${error.message}`, {
    cause: error,
    hint: 'leave out --sparse: the skills are then copied into the repository of the collection',
    data: error.data,
  });
}
