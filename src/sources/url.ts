import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SkillsError } from '../core/index.ts';
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
      throw error;
    }
  });
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
  await pipeline(response, cap, createWriteStream(path), signal ? { signal } : {});
}

async function request(url: string, signal: AbortSignal | undefined, redirects: number): Promise<IncomingMessage> {
  const address = secureAddress(url);
  const get = address.protocol === 'https:' ? getHttps : getHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = get(
      address,
      { timeout: idleTimeout, headers: { 'user-agent': 'skills' }, ...(signal ? { signal } : {}) },
      resolve,
    );
    call.once('timeout', () => call.destroy(new Error('no answer for 30 seconds')));
    call.once('error', (cause) =>
      reject(new SkillsError('ERR_NETWORK', `${url} could not be fetched: ${cause.message}`, { cause })),
    );
  });
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location && redirects > 0) {
    response.resume();
    return request(new URL(location, address).href, signal, redirects - 1);
  }
  if (status === 200) return response;
  response.resume();
  throw new SkillsError(status === 404 ? 'ERR_NOT_FOUND' : 'ERR_NETWORK', `${url} answered ${status}`);
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
