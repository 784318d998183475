import { type Digest, isSkillsError, isTag, SkillsError, type Target, toSkillsError } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { type Endpoint, openEndpoint, resolveEndpoint } from './endpoint.ts';
import { inOneStep } from './in-one-step.ts';
import { isVersionTag, kindOfTag } from './tag-names.ts';

export interface TagOptions {
  /** Let tags that are versions, or that programs wrote, stand for other content than they do. */
  readonly force?: boolean | undefined;
}

/** What became of one tag. */
export interface TagChange {
  readonly tag: string;
  readonly change: 'added' | 'moved' | 'unchanged';
  /** What it stood for before it was moved. */
  readonly previous?: Digest;
}

export interface TagReport {
  /** What was tagged, by digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly tags: readonly TagChange[];
}

/** Adds tags to what is there. All are looked at before the first is written. */
export async function tag(
  context: Context,
  reference: string,
  names: readonly string[],
  options: TagOptions = {},
): Promise<TagReport> {
  for (const name of names) checkName(name);
  if (names.length === 0) throw new SkillsError('ERR_USAGE', 'no tag is named');
  const endpoint = await openEndpoint(context, reference, { writes: true });
  const { signal } = context;
  const descriptor = await resolveEndpoint(context, endpoint);
  const changes: TagChange[] = [];
  for (const name of new Set(names)) changes.push(await planChange(endpoint, name, descriptor.digest, context));
  if (!options.force) for (const change of changes) refuseToMove(endpoint, change, descriptor.digest);
  const write = async (target: Target) => {
    for (const { tag: name, change } of changes) {
      if (change === 'unchanged') continue;
      await target.tag(descriptor, name, { signal }).catch((error: unknown) => {
        throw explainRefusal(error, endpoint, name);
      });
    }
  };
  await inOneStep(endpoint.target, write, context);
  return { reference: endpoint.describe(descriptor.digest), digest: descriptor.digest, tags: changes };
}

function checkName(name: string): void {
  if (isTag(name)) return;
  const bare = name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1);
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${name}" is not a tag`, {
    hint:
      bare !== name && isTag(bare)
        ? `write the tag alone: ${bare}`
        : 'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
  });
}

async function planChange(endpoint: Endpoint, name: string, digest: Digest, context: Context): Promise<TagChange> {
  const previous = await digestAt(endpoint, name, context);
  if (previous === undefined) return { tag: name, change: 'added' };
  return previous === digest ? { tag: name, change: 'unchanged' } : { tag: name, change: 'moved', previous };
}

async function digestAt({ target }: Endpoint, name: string, { signal }: Context): Promise<Digest | undefined> {
  try {
    return (await target.resolve(name, { signal })).digest;
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

/** A version that others have locked must not become something else, nor a list of referrers an artifact. */
function refuseToMove(endpoint: Endpoint, { tag: name, change, previous }: TagChange, digest: Digest): void {
  const kind = kindOfTag(name);
  if (kind === 'digest' && change !== 'unchanged') {
    throw new SkillsError('ERR_CONFLICT', `${name} is reserved: programs list there what belongs to another manifest`, {
      hint: 'choose another tag, or use --force if you are repairing such a list',
    });
  }
  if (change !== 'moved' || !isVersionTag(name)) return;
  throw new SkillsError(
    'ERR_VERSION_EXISTS',
    `${endpoint.describe(name)} is a version with other content (${previous}), which people may have locked`,
    {
      hint: 'publish a new version instead; --force moves it all the same',
      data: { tag: name, published: previous, wanted: digest },
    },
  );
}

/** Registries with immutable tags say so in as many ways as there are registries. */
function explainRefusal(thrown: unknown, endpoint: Endpoint, name: string): SkillsError {
  const error = toSkillsError(thrown);
  // Harbor answers 412 here too, which elsewhere means that something is not signed.
  if (![400, 405, 409, 412].includes(Number(error.data?.status))) return error;
  return new SkillsError('ERR_REGISTRY', `the tag ${name} could not be set: ${error.message}`, {
    cause: error,
    hint: `tags may be immutable in ${endpoint.describe()}; ask who runs the registry, or choose another tag`,
    data: error.data,
  });
}
