import { type IncomingMessage, type RequestListener, request } from 'node:http';

/** Answers by asking the server at `host` the same; what `gate` returns is answered in its place. */
export function forwardTo(
  host: string,
  gate: (incoming: IncomingMessage) => { status: number; body: string } | undefined = () => undefined,
): RequestListener {
  const [name, port] = host.split(':');
  return (incoming, response) => {
    const refused = gate(incoming);
    if (refused) {
      incoming.resume();
      response.writeHead(refused.status, { 'content-type': 'application/json' });
      response.end(incoming.method === 'HEAD' ? undefined : refused.body);
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request({ host: name, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
}
