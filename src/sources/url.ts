import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorCode, interrupted, isSkillsError, SkillsError } from '../core/index.ts';
import { packedSource, packPath } from './path.ts';
import type { SkillSource, SourceContext } from './types.ts';

const mostRedirects = 5;
const longestDownload = 512 * 1024 * 1024;
const idleTimeout = 30_000;

/** A package file (.spm, .tgz, .zip) behind an address; the lock pins its content. */
export function openUrlSource(url: string, context: SourceContext): SkillSource {
  const file = basename(new URL(url).pathname);
  return packedSource('url', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skills-url-'));
    const remove = async () => rmSync(folder, { recursive: true, force: true });
    try {
      const path = join(folder, file);
      await download(url, path, context.signal);
      const opened = await packPath(path);
      const dispose = async () => {
        await opened[Symbol.asyncDispose]();
        await remove();
      };
      return { packed: opened.packed, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await remove();
      throw withAddress(error, join(folder, file), url);
    }
  });
}

/** Where the file lay meanwhile says nothing to a reader: the address does. */
function withAddress(error: unknown, path: string, url: string): unknown {
  if (!isSkillsError(error) || !error.message.includes(path)) return error;
  const { code, message, hint, data } = error;
  return new SkillsError(code, message.replaceAll(path, url), { cause: error, hint, data });
}

async function download(url: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  const response = await request(url, signal, mostRedirects);
  let size = 0;
  const cap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      done(
        size > longestDownload
          ? new SkillsError('ERR_ARTIFACT_INVALID', `${url} is larger than ${longestDownload} bytes`)
          : null,
        chunk,
      );
    },
  });
  try {
    await pipeline(response, cap, createWriteStream(path), signal ? { signal } : {});
  } catch (error) {
    throw response.complete ? error : failed(url, error, signal);
  }
}

/** What a broken connection, or the caller, ended. A failure of the disk while the server is still sending is no such thing. */
function failed(url: string, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return interrupted(signal);
  const { syscall, code = '' } = cause as NodeJS.ErrnoException;
  if (cause instanceof SkillsError || (syscall === 'write' && code !== 'EPIPE')) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SkillsError('ERR_NETWORK', `${url} could not be fetched: ${why}`, {
    cause,
    hint: 'run the command again; nothing was kept of it',
  });
}

async function request(url: string, signal: AbortSignal | undefined, redirects: number): Promise<IncomingMessage> {
  const address = secureAddress(url);
  // Not imported: TLS takes 20 ms to load, and most commands fetch no address.
  const { get } = process.getBuiltinModule(address.protocol === 'https:' ? 'node:https' : 'node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = get(
      address,
      { timeout: idleTimeout, headers: { 'user-agent': 'skills' }, ...(signal ? { signal } : {}) },
      resolve,
    );
    call.once('timeout', () => call.destroy(new Error('no answer for 30 seconds')));
    call.once('error', (cause) => reject(failed(url, cause, signal)));
  });
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location && redirects > 0) {
    response.resume();
    return request(new URL(location, address).href, signal, redirects - 1);
  }
  if (status === 200) return response;
  response.resume();
  throw new SkillsError(codeOf(status), `${url} answered ${status}`, { hint: hints[codeOf(status)] });
}

const hints: Partial<Record<ErrorCode, string>> = {
  ERR_NOT_FOUND: 'check the address',
  ERR_UNAUTHORISED: 'download the file with what knows your credentials, and install the file',
  ERR_RATE_LIMITED: 'wait a while and run the command again',
};

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return 'ERR_NOT_FOUND';
  if (status === 401 || status === 403) return 'ERR_UNAUTHORISED';
  return status === 429 ? 'ERR_RATE_LIMITED' : 'ERR_NETWORK';
}

/** https, or http to this machine. */
function secureAddress(url: string): URL {
  const address = new URL(url);
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(address.hostname);
  if (address.protocol === 'https:' || (address.protocol === 'http:' && local)) return address;
  throw new SkillsError('ERR_INSECURE', `${url} is not fetched: only https addresses are, and http on this machine`, {
    hint: 'use the https address of the file, or download it yourself and install the file',
  });
}
