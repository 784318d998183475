import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type Answer,
  discard,
  type ErrorCode,
  exchange,
  interrupted,
  isLoopback,
  isSkillsError,
  type Network,
  SkillsError,
} from '../core/index.ts';
import { packedSource, packPath } from './path.ts';
import type { SkillSource, SourceContext } from './types.ts';

const mostRedirects = 5;
const longestDownload = 512 * 1024 * 1024;

/** A package file (.spm, .tgz, .zip) behind an address; the lock pins its content. */
export function openUrlSource(url: string, context: SourceContext): SkillSource {
  const file = basename(new URL(url).pathname);
  return packedSource('url', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skills-url-'));
    const remove = async () => rmSync(folder, { recursive: true, force: true });
    try {
      const path = join(folder, file);
      await download(url, path, context);
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

async function download(url: string, path: string, { network, signal }: SourceContext): Promise<void> {
  const { message, explain } = await request(url, network, signal, mostRedirects);
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
    await pipeline(message, cap, createWriteStream(path), signal ? { signal } : {});
  } catch (error) {
    throw message.complete ? error : failed(url, error, explain, signal);
  }
}

/** What a broken connection, or the caller, ended. A failure of the disk while the server is still sending is no such thing. */
function failed(url: string, cause: unknown, explain: Answer['explain'], signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return interrupted(signal);
  const { syscall, code = '' } = cause as NodeJS.ErrnoException;
  if (cause instanceof SkillsError || (syscall === 'write' && code !== 'EPIPE')) return cause;
  return unreachable(url, explain(cause));
}

function unreachable(url: string, error: SkillsError): SkillsError {
  if (error.code !== 'ERR_NETWORK') return error;
  const { cause, message, hint, data } = error;
  return new SkillsError('ERR_NETWORK', `${url} could not be fetched: ${message}`, { cause, hint, data });
}

async function request(
  url: string,
  network: Network,
  signal: AbortSignal | undefined,
  redirects: number,
): Promise<Answer> {
  const address = secureAddress(url);
  const outgoing = { method: 'GET', url: address, headers: { 'user-agent': 'skills' }, signal };
  const answer = await exchange(network, outgoing).catch((error: unknown) => {
    throw isSkillsError(error) ? unreachable(url, error) : error;
  });
  const { status } = answer;
  const { location } = answer.headers;
  if (status >= 300 && status < 400 && location && redirects > 0) {
    discard(answer);
    return request(new URL(location, address).href, network, signal, redirects - 1);
  }
  if (status === 200) return answer;
  discard(answer);
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
  if (address.protocol === 'https:' || (address.protocol === 'http:' && isLoopback(address))) return address;
  throw new SkillsError('ERR_INSECURE', `${url} is not fetched: only https addresses are, and http on this machine`, {
    hint: 'use the https address of the file, or download it yourself and install the file',
  });
}
