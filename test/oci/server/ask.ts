import { type IncomingHttpHeaders, request } from 'node:http';
import { expect } from 'chai';
import { type RegistryServer, type RegistryServerOptions, serveRegistry } from '../../../src/oci/server/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: string | Uint8Array;
}

/** One request, path as it is: nothing is normalised. */
export function ask(server: RegistryServer, path: string, question: Question = {}): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const { method = 'GET', headers = {}, body } = question;
  const length =
    body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
  const { port } = server;
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { ...length, ...headers } }, (response) => {
    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    response.on('error', reject);
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
    );
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** One row of a table: what is asked and what must be answered. */
export interface Row extends Question {
  readonly description: string;
  readonly path: string;
  readonly status: number;
  /** Headers of the answer, by their lower-case names; undefined: must not be there. */
  readonly expect?: Readonly<Record<string, string | RegExp | undefined>>;
  readonly code?: string;
  /** The body of the answer, or its JSON. */
  readonly text?: string;
  readonly json?: unknown;
}

export async function checkRow(server: RegistryServer, row: Row): Promise<Reply> {
  const reply = await ask(server, row.path, row);
  const text = reply.body.toString();
  expect(reply.status, text).to.equal(row.status);
  for (const [name, value] of Object.entries(row.expect ?? {})) {
    if (value instanceof RegExp) expect(reply.headers[name], name).to.match(value);
    else expect(reply.headers[name], name).to.equal(value);
  }
  if (row.code !== undefined) {
    expect(JSON.parse(text).errors[0].code).to.equal(row.code);
    expect(JSON.parse(text).errors[0].message).to.be.a('string').and.not.equal('');
  }
  if (row.text !== undefined) expect(text).to.equal(row.text);
  if (row.json !== undefined) expect(JSON.parse(text)).to.deep.equal(row.json);
  expect(reply.headers['docker-distribution-api-version']).to.equal('registry/2.0');
  return reply;
}

/** A server for all tests of a suite. Not durable: these tests lose no power. */
export function useServer(
  folder: () => string,
  options: () => Partial<RegistryServerOptions> = () => ({}),
): () => RegistryServer {
  let server: RegistryServer | undefined;
  before(async () => {
    server = await serveRegistry({ dir: folder(), durable: false, ...options() });
  });
  after(() => server?.close());
  return () => {
    if (!server) throw new Error('the server is used before it runs');
    return server;
  };
}
