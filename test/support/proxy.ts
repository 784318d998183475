import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Identity } from './certificates.ts';

/** What a proxy was asked: `CONNECT host:port`, or a whole address. */
export interface Asked {
  readonly what: string;
  readonly headers: IncomingHttpHeaders;
}

/** A real forwarding proxy on loopback: CONNECT for https, absolute addresses for http. */
export interface TestProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  readonly asked: readonly Asked[];
}

export interface TestProxyOptions {
  /** Where every host that ends in `.test` really is: `127.0.0.1:PORT`. */
  readonly to: string;
  /** `Basic …` that is wanted. */
  readonly authorization?: string;
  /** Answers CONNECT with this status instead of a tunnel. */
  readonly refuse?: number;
  /** Never answers CONNECT. */
  readonly hang?: boolean;
  /** Speaks TLS itself. */
  readonly identity?: Identity;
}

export async function startProxy(options: TestProxyOptions): Promise<TestProxy> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server: Server = options.identity ? createSecureServer(options.identity) : createServer();
  const [host = '', port] = options.to.split(':');
  server.on('connection', (socket: Socket) => track(socket, sockets));
  server.on('connect', (incoming, socket: Socket, head: Buffer) => {
    asked.push({ what: `CONNECT ${incoming.url}`, headers: incoming.headers });
    if (options.hang) return;
    const status = refusalOf(incoming.headers, options);
    if (status) return void socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    track(onward, sockets);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  server.on('request', (incoming, outgoing) => {
    asked.push({ what: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    const status = refusalOf(incoming.headers, options);
    if (status) return void outgoing.writeHead(status).end();
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://nowhere.test');
    const onward = request(
      { host, port, path: pathname + search, method: incoming.method ?? 'GET', headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host: address,
    url: `${options.identity ? 'https' : 'http'}://${address}`,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function refusalOf(headers: IncomingHttpHeaders, { authorization, refuse }: TestProxyOptions): number | undefined {
  if (authorization !== undefined && headers['proxy-authorization'] !== authorization) return 407;
  return refuse;
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
}
