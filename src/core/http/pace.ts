import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { SilenceError } from './network-error.ts';

/** How long a server may take. */
export interface Patience {
  /** Milliseconds until a connection must stand. */
  readonly connectTimeout: number;
  /** Milliseconds that a connection may be silent. */
  readonly idleTimeout: number;
  /** Bytes a second that must come through while content is on its way, taken over `idleTimeout`. */
  readonly minimumRate: number;
}

export type PatienceOptions = { readonly [Key in keyof Patience]?: Patience[Key] | undefined };

/** 512 bytes a second let the slowest modem through, and no server that sends a byte now and then to keep its client waiting. */
export const defaultPatience: Patience = { connectTimeout: 10_000, idleTimeout: 60_000, minimumRate: 512 };

/** Calls `stop` where a server connects, answers, takes or sends too slowly. */
export function watchPace(request: ClientRequest, patience: Patience, stop: (why: Error) => void): void {
  const { connectTimeout, idleTimeout } = patience;
  request.setTimeout(idleTimeout, () => stop(new SilenceError(`it was silent for ${idleTimeout} ms`)));
  request.once('socket', (socket) => {
    watchRate(request, socket, patience, stop);
    const secure = 'encrypted' in socket;
    if (!socket.connecting && !(secure && isShakingHands(socket))) return;
    const timer = setTimeout(() => stop(new SilenceError(`no connection after ${connectTimeout} ms`)), connectTimeout);
    const clear = () => clearTimeout(timer);
    socket.once(secure ? 'secureConnect' : 'connect', clear);
    request.once('close', clear);
  });
}

/** Behind a proxy the connection stands before TLS begins. */
function isShakingHands(socket: object): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}

/**
 * An idle timeout alone is reset by every byte. Nothing is measured while the server thinks, nor while we are the slow
 * ones: while what came waits to be read, or there is nothing to send.
 */
function watchRate(
  request: ClientRequest,
  socket: Socket,
  { idleTimeout, minimumRate }: Patience,
  stop: (why: Error) => void,
): void {
  const least = (minimumRate * idleTimeout) / 1000;
  let message: IncomingMessage | undefined;
  let before = countOf(socket);
  const look = () => {
    const now = countOf(socket);
    const received = now.received - before.received;
    const passed = received + now.sent - before.sent;
    const waiting = message
      ? !message.complete && message.readableLength === 0
      : request.writableNeedDrain || received > 0;
    if (waiting && passed < least) stop(new SilenceError(`only ${passed} bytes came through in ${idleTimeout} ms`));
    before = now;
  };
  const timer = setInterval(look, idleTimeout);
  timer.unref();
  request.once('response', (answer) => {
    message = answer;
    before = countOf(socket);
    timer.refresh();
  });
  request.once('close', () => clearInterval(timer));
}

function countOf(socket: Socket): { readonly received: number; readonly sent: number } {
  return { received: socket.bytesRead, sent: socket.bytesWritten - socket.writableLength };
}
