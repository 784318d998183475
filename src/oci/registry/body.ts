import { type ByteStream, SkillsError } from '../../core/index.ts';
import type { Answer } from './transport.ts';

/** What may wait in memory before the sender is held up. */
const mostWaiting = 1024 * 1024;

/**
 * The body of an answer. What comes in one turn of the event loop is given as one piece: hashing and writing a few large
 * pieces takes a third of the time that many small ones take.
 *
 * Ends with ERR_NETWORK where the connection breaks before the end.
 */
export function bodyOf(answer: Answer): ByteStream {
  const inbox = new Inbox(answer);
  return drain(inbox);
}

async function* drain(inbox: Inbox): ByteStream {
  try {
    for (let pieces = await inbox.take(); pieces; pieces = await inbox.take()) yield* pieces;
  } finally {
    inbox.close();
  }
}

class Inbox {
  readonly #answer: Answer;
  #pieces: Buffer[] = [];
  #size = 0;
  #ended = false;
  #failure: SkillsError | undefined;
  #wake: () => void = () => {};

  constructor(answer: Answer) {
    this.#answer = answer;
    const { message } = answer;
    message.on('data', (piece: Buffer) => this.#add(piece));
    message.once('end', () => this.#finish());
    message.once('error', (error) => this.#finish(error));
    message.once('close', () => this.#finish(new Error('closed')));
  }

  /** The pieces that came since the last call; waits for some. Undefined at the end. */
  async take(): Promise<readonly Uint8Array[] | undefined> {
    while (this.#size === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    this.#answer.message.resume();
    return pieces;
  }

  close(): void {
    if (!this.#ended) this.#answer.message.destroy();
  }

  #add(piece: Buffer): void {
    // setImmediate runs after all reads of this turn
    if (this.#size === 0) setImmediate(() => this.#wake());
    this.#pieces.push(piece);
    this.#size += piece.byteLength;
    if (this.#size >= mostWaiting) this.#answer.message.pause();
  }

  #finish(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    if (error) this.#failure = this.#answer.explain(Object.assign(error, { code: 'ECONNRESET' }));
    this.#wake();
  }
}

/** The whole body. @throws SkillsError ERR_REGISTRY above `limit` bytes, ERR_NETWORK where it breaks off. */
export async function readBody(answer: Answer, limit: number): Promise<Uint8Array> {
  const { pieces, size, complete } = await collect(answer, limit);
  if (!complete) {
    throw new SkillsError(
      'ERR_REGISTRY',
      `${answer.url.host} answered with more than the ${limit} bytes that are accepted`,
    );
  }
  return Buffer.concat(pieces, size);
}

/** As much of the body as is worth showing in an error. Never fails. */
export async function readExcerpt(answer: Answer, limit = 64 * 1024): Promise<string> {
  if (answer.excerpt !== undefined) return answer.excerpt;
  try {
    const { pieces } = await collect(answer, limit);
    return Buffer.concat(pieces).toString('utf8');
  } catch {
    return '';
  }
}

async function collect(
  answer: Answer,
  limit: number,
): Promise<{ pieces: Uint8Array[]; size: number; complete: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bodyOf(answer)) {
    size += piece.byteLength;
    if (size > limit) return { pieces, size, complete: false };
    pieces.push(piece);
  }
  return { pieces, size, complete: true };
}

/** The body as a JSON object. @throws SkillsError ERR_REGISTRY where it is something else: a web page, for one. */
export async function readJson(answer: Answer, limit: number, what: string): Promise<Record<string, unknown>> {
  return parseBody(answer, await readBody(answer, limit), what);
}

/** A body that was read, as {@link readJson} gives it. */
export function parseBody(answer: Answer, bytes: Uint8Array, what: string): Record<string, unknown> {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw notJson(answer, text, what);
}

/** An answer of another kind than `what`, which the caller asked for. */
export function notJson(answer: Answer, text: string, what: string): SkillsError {
  const page = isWebPage(answer, text);
  return new SkillsError(
    'ERR_REGISTRY',
    `${answer.url.host} answered with ${page ? 'a web page' : 'something that is not JSON'} when asked for ${what}`,
    {
      hint: page
        ? 'check that this is the address of a registry; a proxy or a login page may stand before it'
        : 'check that this is the address of a registry',
      data: { status: answer.status },
    },
  );
}

export function isWebPage(answer: Answer, text: string): boolean {
  return /^text\/html\b/i.test(answer.headers['content-type'] ?? '') || /^\s*<(?:!doctype|html)/i.test(text);
}
