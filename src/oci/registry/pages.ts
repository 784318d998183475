import { limits, SkillsError } from '../../core/index.ts';
import { parseBody, readBody } from './body.ts';
import { type Call, type Client, headerText } from './client.ts';
import type { Answer } from './transport.ts';

/** More pages than any honest list has. */
const mostPages = 10_000;

interface Page {
  readonly answer: Answer;
  readonly document: Record<string, unknown>;
  readonly bytes: number;
}

/** Looks at an answer before its body is read; false ends the list. */
type OnAnswer = (answer: Answer) => boolean | Promise<boolean>;

/**
 * The pages of a list: JSON objects, as long as a Link header names a next one (RFC 8288; distribution-spec, "Listing
 * Tags"). A list never leaves the registry's origin, nor comes back to a page it had.
 *
 * `onAnswer` may look at the first answer before its body is read, and end the list by `false`.
 *
 * @throws SkillsError ERR_REGISTRY
 */
export async function* readPages(
  client: Client,
  call: Call,
  onAnswer: OnAnswer = () => true,
): AsyncIterable<Record<string, unknown>> {
  const seen = new Set<string>();
  let bytes = 0;
  let url: URL | undefined = call.url;
  while (url) {
    seen.add(url.href);
    const look: OnAnswer = seen.size === 1 ? onAnswer : () => true;
    const page: Page | undefined = await readPage(client, { ...call, url }, look);
    if (!page) return;
    const next: URL | undefined = nextPage(page.answer, client, call.url);
    bytes += page.bytes;
    yield page.document;
    if (next && (seen.has(next.href) || seen.size >= mostPages || bytes > limits.listBytes)) {
      throw new SkillsError('ERR_REGISTRY', `${call.url.host} gives ${call.what} in pages without an end`);
    }
    url = next;
  }
}

/** An answer, and the document in it: where the connection breaks in between, both are asked for again. */
function readPage(client: Client, call: Call, onAnswer: OnAnswer): Promise<Page | undefined> {
  return client.repeat(async () => {
    const answer = await client.call({ ...call, repeatable: false });
    if (!(await onAnswer(answer))) return undefined;
    const bytes = await readBody(answer, limits.answerBytes);
    return { answer, document: parseBody(answer, bytes, call.what), bytes: bytes.byteLength };
  }, call);
}

function nextPage(answer: Answer, client: Client, from: URL): URL | undefined {
  const target = nextLink(headerText(answer.headers.link));
  if (target === undefined) return undefined;
  if (!URL.canParse(target, from.href)) {
    throw new SkillsError('ERR_REGISTRY', `${from.host} answered with a broken Link header`);
  }
  const url = new URL(target, from);
  if (url.origin === client.settings.base.origin) return url;
  throw new SkillsError('ERR_INSECURE', `${from.host} continues its list on another server, ${url.origin}`, {
    hint: 'this is not followed, for credentials would have to go there; tell the operator of the registry',
  });
}

/** The target of the link with `rel="next"`. */
export function nextLink(header: string | undefined): string | undefined {
  for (const match of (header ?? '').matchAll(/<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*=\s*(?:"[^"]*"|[^\s;,]*))*)/g)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]*))/i.exec(match[2] ?? '');
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return match[1];
  }
  return undefined;
}
