import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a registry answered, whole. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request on its way through the proxy. */
export interface Passing {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** Asks the registry; once. */
  answer(): Promise<Answered>;
  /** Sends an answer to the client. */
  send(answered: Answered): void;
  /** Makes all tokens that were given worthless. */
  expireTokens(): void;
}

/** Something that goes wrong between a client and a registry. */
export type Misfortune = (passing: Passing) => Promise<void> | void;

/** Which requests of an operation are hit: the one of this number, counted from 1, or all. */
export type Plan = { readonly misfortune: Misfortune; readonly at: number | 'all' } | undefined;

/** A registry seen through a network that fails, and by tokens that it checks. */
export interface FaultProxy extends AsyncDisposable {
  readonly host: string;
  /** Begins an operation; what was counted is forgotten. */
  begin(plan: Plan): void;
  /** Requests since `begin`. */
  count(): number;
}

export async function startFaultProxy(backend: string): Promise<FaultProxy> {
  const tokens = new Set<string>();
  let issued = 0;
  let plan: Plan;
  let count = 0;

  const server = createServer(async (incoming, response) => {
    count += 1;
    incoming.on('error', () => {});
    response.on('error', () => {});
    const hit = plan !== undefined && (plan.at === 'all' || plan.at === count);
    const passing = passingOf(incoming, response);
    try {
      if (hit) await plan?.misfortune(passing);
      else passing.send(await passing.answer());
    } catch {
      // the client left, or was thrown out
      incoming.socket.destroy();
    }
  });

  function passingOf(incoming: IncomingMessage, response: ServerResponse): Passing {
    return {
      incoming,
      response,
      answer: () => (incoming.url?.startsWith('/token') ? Promise.resolve(giveToken()) : guarded(incoming)),
      send: ({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(incoming.method === 'HEAD' ? undefined : body);
      },
      expireTokens: () => tokens.clear(),
    };
  }

  function giveToken(): Answered {
    const token = `token-${++issued}`;
    tokens.add(token);
    return json(200, { token, expires_in: 3_600 });
  }

  async function guarded(incoming: IncomingMessage): Promise<Answered> {
    const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
    const body = await collect(incoming);
    if (token !== undefined && tokens.has(token)) return forward(incoming, body);
    const challenge = `Bearer realm="http://${host()}/token",service="registry"`;
    return json(
      401,
      { errors: [{ code: 'UNAUTHORIZED', message: 'token wanted' }] },
      { 'www-authenticate': challenge },
    );
  }

  function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answered> {
    const { authorization: _, ...others } = headers;
    const [name, port] = backend.split(':');
    return new Promise((resolve, reject) => {
      const onward = request(
        { host: name, port, method, path: url, headers: { ...others, host: backend }, agent: false },
        async (message) => {
          const { location } = message.headers;
          const moved = location === undefined ? {} : { location: location.replace(backend, host()) };
          const answer = { ...message.headers, ...moved };
          resolve({ status: message.statusCode ?? 0, headers: answer, body: await collect(message) });
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }

  const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: host(),
    begin: (next) => {
      plan = next;
      count = 0;
      tokens.clear();
    },
    count: () => count,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function json(status: number, value: unknown, headers: IncomingHttpHeaders = {}): Answered {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers },
    body,
  };
}

async function collect(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}
