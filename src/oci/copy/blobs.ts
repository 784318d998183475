import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  canMount,
  canPushAtOnce,
  type Descriptor,
  isSkillsError,
  type Mounter,
  passOn,
  type ReadOnlyTarget,
  readAll,
  streamOf,
  type Target,
  verified,
} from '../../core/index.ts';
import { onSide, withSide } from './side.ts';

/** What a remote repository tells of its place. */
interface Located {
  readonly registry: string;
  readonly name: string;
}

/** Up to here, in bytes, sending content again costs no more than the question whether it is there. */
const smallBlob = 64 * 1024;
/** So many blobs that were asked for in vain tell that the artifact is new to the destination. */
const enoughMissing = 16;

/**
 * A blob's content, opened when it is asked for. Content that stands in the descriptor costs no request.
 *
 * @param onBytes told how many bytes have passed.
 */
export function contentOf(
  source: ReadOnlyTarget,
  descriptor: Descriptor,
  options: Cancellable,
  onBytes: (bytes: number) => void,
): ContentSource {
  const { data } = descriptor;
  return async () => {
    const stream =
      data === undefined
        ? await onSide('source', () => source.fetch(descriptor, options))
        : verified(streamOf(Buffer.from(data, 'base64')), descriptor, `the data of ${descriptor.digest}`);
    return passOn(stream, watched(stream, onBytes));
  };
}

async function* watched(stream: ByteStream, onBytes: (bytes: number) => void): ByteStream {
  let bytes = 0;
  try {
    for await (const piece of stream) {
      bytes += piece.byteLength;
      onBytes(bytes);
      yield piece;
    }
  } catch (error) {
    throw withSide('source', error);
  }
}

/** Sends a blob; a small one by one request, where that is wanted and possible. */
export async function sendBlob(
  destination: Target,
  descriptor: Descriptor,
  content: ContentSource,
  { atOnce, signal }: Cancellable & { readonly atOnce: boolean },
): Promise<void> {
  const options = { signal };
  if (!atOnce || !canPushAtOnce(destination)) return destination.push(descriptor, content, options);
  const bytes = await readAll(verified(await content(), descriptor, 'the content to be sent'), descriptor.size);
  if (await destination.pushAtOnce(descriptor, bytes, options)) return;
  await destination.push(descriptor, () => streamOf(bytes), options);
}

/** Finds out whether a destination has blobs already, or can have them without their being sent. */
export class Takeover {
  readonly #destination: Target;
  readonly #mounter: (Target & Mounter) | undefined;
  readonly #from: string | undefined;
  #found = 0;
  #missing = 0;

  /** @param mountFrom a repository of the destination's registry; the source's own by default. */
  constructor(source: object, destination: Target, mountFrom: string | undefined) {
    this.#destination = destination;
    this.#mounter = canMount(destination) ? destination : undefined;
    this.#from = mountFrom ?? neighbour(source, destination);
  }

  /**
   * How the destination came to have a blob; undefined where it must be sent.
   *
   * One question in most cases: mounting a blob finds it where it is held too, and where it is not the registry has begun
   * the upload with its answer. What is large is asked for by a HEAD before it is sent in vain.
   */
  async find(descriptor: Descriptor, options: Cancellable): Promise<'held' | 'mounted' | undefined> {
    const found = await this.#find(descriptor, options);
    if (found) this.#found++;
    else this.#missing++;
    return found;
  }

  /** Whether a small blob is sent without a question: where one after the other was missing, the next will be too. */
  sendsUnasked(descriptor: Descriptor): boolean {
    const destination = this.#destination;
    const hopeless = this.#found === 0 && this.#missing >= enoughMissing && this.#from === undefined;
    return hopeless && canPushAtOnce(destination) && destination.takesAtOnce(descriptor);
  }

  async #find(descriptor: Descriptor, options: Cancellable): Promise<'held' | 'mounted' | undefined> {
    const small = descriptor.size > 0 && descriptor.size <= smallBlob;
    const own = isLocated(this.#destination) ? this.#destination.name : undefined;
    if (this.#from === undefined && own !== undefined && small && this.#mounter) {
      return (await this.#mount(descriptor, own, options)) ? 'held' : undefined;
    }
    if (await onSide('destination', () => this.#destination.exists(descriptor, options))) return 'held';
    return this.#from !== undefined && (await this.#mount(descriptor, this.#from, options)) ? 'mounted' : undefined;
  }

  async #mount(descriptor: Descriptor, from: string, options: Cancellable): Promise<boolean> {
    try {
      return (await this.#mounter?.mount(descriptor, from, options)) ?? false;
    } catch (error) {
      // Who may not read there, or mount at all, can still send the content.
      if (isSkillsError(error, 'ERR_UNAUTHORISED', 'ERR_REGISTRY', 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return false;
      throw withSide('destination', error);
    }
  }
}

/** The source's repository, where it is another one of the destination's registry. */
function neighbour(source: object, destination: object): string | undefined {
  if (!isLocated(source) || !isLocated(destination)) return undefined;
  return source.registry === destination.registry && source.name !== destination.name ? source.name : undefined;
}

function isLocated(target: object): target is Located {
  const { registry, name } = target as Partial<Located>;
  return typeof registry === 'string' && typeof name === 'string';
}
