import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type Descriptor,
  type Digest,
  type ErrorCode,
  mediaTypes,
  parseDigest,
  readAll,
  SkillsError,
  streamOf,
  type Target,
} from '../../../src/core/index.ts';

/** Content and what names it. */
export interface Content {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

export function blob(text: string | Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Content {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const digest = digestOf(bytes, algorithm);
  return { bytes, descriptor: { mediaType: mediaTypes.octetStream, digest, size: bytes.byteLength } };
}

export const config = blob('{}');

/** An image manifest over `layers`; `more` adds or replaces members. */
export function manifest(layers: readonly Content[] = [], more: Record<string, unknown> = {}): Content {
  return document(mediaTypes.imageManifest, {
    config: { ...config.descriptor, mediaType: 'application/vnd.example.config.v1+json' },
    layers: layers.map(({ descriptor }) => descriptor),
    ...more,
  });
}

export function index(children: readonly Content[], more: Record<string, unknown> = {}): Content {
  return document(mediaTypes.imageIndex, { manifests: children.map(({ descriptor }) => descriptor), ...more });
}

function document(mediaType: string, members: Record<string, unknown>): Content {
  const content = blob(JSON.stringify({ schemaVersion: 2, mediaType, ...members }));
  return { ...content, descriptor: { ...content.descriptor, mediaType } };
}

export async function push(target: Target, ...contents: Content[]): Promise<void> {
  for (const { descriptor, bytes } of contents) await target.push(descriptor, () => streamOf(bytes));
}

export async function read(target: Target, descriptor: Descriptor): Promise<string> {
  return Buffer.from(await readAll(await target.fetch(descriptor), 1e9)).toString();
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}

/** Fails unless `work` ends with this error. */
export async function expectError(work: () => unknown, code: ErrorCode, reason: RegExp): Promise<SkillsError> {
  try {
    await work();
  } catch (error) {
    expect(error, String(error)).to.be.instanceOf(SkillsError);
    const { code: actual, message } = error as SkillsError;
    expect(actual, message).to.equal(code);
    expect(message).to.match(reason);
    return error as SkillsError;
  }
  throw new Error(`no error came; ${code} was expected`);
}

/** A folder of its own for each test of the suite that calls this. */
export function useFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skills-oci-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return () => folder;
}
