import { setTimeout as wait } from 'node:timers/promises';
import type { ErrorCode } from '../../../src/core/index.ts';
import type { Answered, Misfortune, Passing } from './fault-proxy.ts';

/** A misfortune, and what may become of an operation that meets it. */
export interface Row {
  readonly name: string;
  readonly misfortune: Misfortune;
  /** Where one request meets it: `mended` must succeed, `may fail` with one of the codes. */
  readonly once: 'mended' | 'may fail';
  /** Where every request meets it; empty: the operation succeeds all the same. */
  readonly codes: readonly ErrorCode[];
  /** It is found out by waiting, and only by that. */
  readonly stalls?: true;
}

/** Ways to find out that content is not what it should be; a list or a token that is broken is a registry's error. */
const altered: readonly ErrorCode[] = [
  'ERR_DIGEST_MISMATCH',
  'ERR_REGISTRY',
  'ERR_ARTIFACT_INVALID',
  'ERR_NETWORK',
  'ERR_UNAUTHORISED',
];

export const rows: readonly Row[] = [
  {
    name: 'a delay',
    once: 'mended',
    codes: [],
    misfortune: async (passing) => {
      await wait(40);
      passing.send(await passing.answer());
    },
  },
  {
    name: 'a connection that is reset at once',
    once: 'mended',
    codes: ['ERR_NETWORK'],
    misfortune: ({ incoming }) => void incoming.socket.destroy(),
  },
  {
    name: 'a connection that is reset after the registry did it',
    once: 'mended',
    codes: ['ERR_NETWORK'],
    misfortune: async (passing) => {
      await passing.answer();
      passing.incoming.socket.destroy();
    },
  },
  {
    name: 'a connection that is reset while a body is sent',
    once: 'mended',
    codes: ['ERR_NETWORK'],
    stalls: true,
    misfortune: async ({ incoming }) => {
      for await (const _ of incoming) break;
      incoming.socket.destroy();
    },
  },
  {
    name: 'a connection that is reset in the middle of the answer',
    once: 'mended',
    codes: ['ERR_NETWORK'],
    misfortune: async (passing) => {
      const { status, headers, body } = await passing.answer();
      passing.response.writeHead(status, headers);
      passing.response.write(body.subarray(0, Math.ceil(body.length / 2)), () =>
        setTimeout(() => passing.incoming.socket.destroy(), 5),
      );
    },
  },
  {
    name: 'an answer cut in half that looks whole',
    once: 'may fail',
    codes: altered,
    misfortune: changing(({ body }) => ({ body: body.subarray(0, body.length / 2) })),
  },
  {
    name: 'an answer with bytes turned over',
    once: 'may fail',
    codes: altered,
    misfortune: changing(({ body }) => ({ body: turned(body) })),
  },
  {
    name: 'an answer with something at its end',
    once: 'may fail',
    codes: altered,
    misfortune: changing(({ body }) => ({ body: Buffer.concat([body, Buffer.from('more')]) })),
  },
  {
    name: 'a wrong digest in the header',
    once: 'may fail',
    codes: [...altered, 'ERR_NOT_FOUND'],
    misfortune: changing(({ headers }) => ({
      headers: { ...headers, 'docker-content-digest': `sha256:${'9'.repeat(64)}` },
    })),
  },
  {
    name: '429 with Retry-After',
    once: 'mended',
    codes: ['ERR_RATE_LIMITED'],
    misfortune: refusing(429, 'TOOMANYREQUESTS', { 'retry-after': '0' }),
  },
  { name: '500', once: 'mended', codes: ['ERR_REGISTRY'], misfortune: refusing(500, 'UNKNOWN') },
  { name: '503 with a web page', once: 'mended', codes: ['ERR_REGISTRY'], misfortune: page(503) },
  {
    name: 'tokens that have expired',
    once: 'mended',
    codes: ['ERR_UNAUTHORISED'],
    misfortune: async (passing) => {
      if (!passing.incoming.url?.startsWith('/token')) passing.expireTokens();
      passing.send(await passing.answer());
    },
  },
  {
    name: 'a redirect without an end',
    once: 'mended',
    codes: ['ERR_REGISTRY'],
    misfortune: ({ incoming, response }) => {
      response.writeHead(307, { location: `${incoming.url}` }).end();
    },
  },
  { name: 'a web page', once: 'may fail', codes: altered, misfortune: page(200) },
  {
    name: 'a list whose next page is itself',
    once: 'may fail',
    codes: ['ERR_REGISTRY'],
    misfortune: changing(({ headers }, { incoming }) => ({
      headers: { ...headers, link: `<${incoming.url}>; rel="next"` },
    })),
  },
  {
    name: 'something that is not HTTP',
    once: 'mended',
    codes: ['ERR_NETWORK'],
    misfortune: ({ incoming }) => void incoming.socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
  },
  { name: 'silence', once: 'mended', codes: ['ERR_NETWORK'], stalls: true, misfortune: () => {} },
  {
    name: 'a body that comes byte by byte',
    once: 'mended',
    codes: ['ERR_NETWORK', 'ERR_REGISTRY'],
    stalls: true,
    misfortune: async (passing) => {
      const { status, headers, body } = await passing.answer();
      const { 'content-length': _, ...others } = headers;
      passing.response.writeHead(status, { ...others, 'content-length': String(Math.max(body.length, 1_000)) });
      for (let at = 0; at < 1_000 && !passing.response.destroyed; at++) {
        passing.response.write(body.subarray(at, at + 1));
        await wait(10);
      }
    },
  },
];

type Changed = Partial<Pick<Answered, 'headers' | 'body'>>;

/** The registry's answer with a part of it changed; its length is stated rightly. */
function changing(change: (answered: Answered, passing: Passing) => Changed): Misfortune {
  return async (passing) => {
    const answered = await passing.answer();
    const { headers, body } = { ...answered, ...change(answered, passing) };
    const length = passing.incoming.method === 'HEAD' ? {} : { 'content-length': String(body.length) };
    passing.send({ status: answered.status, headers: { ...headers, ...length }, body });
  };
}

function refusing(status: number, code: string, headers: Record<string, string> = {}): Misfortune {
  return ({ incoming, response }) => {
    incoming.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(
      incoming.method === 'HEAD' ? undefined : JSON.stringify({ errors: [{ code, message: 'by the proxy' }] }),
    );
  };
}

function page(status: number): Misfortune {
  return ({ incoming, response }) => {
    incoming.resume();
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(incoming.method === 'HEAD' ? undefined : '<!doctype html><title>Please log in to the network</title>');
  };
}

function turned(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.length / 2);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
