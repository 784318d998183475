import type { Hash } from 'node:crypto';
import { loadCrypto } from './crypto.ts';
import { SkillsError } from './errors.ts';

declare const digestBrand: unique symbol;

/**
 * A content digest, `<algorithm>:<hex>` (OCI image-spec, descriptor.md, "Digests"). Only sha256 and sha512 exist here.
 *
 * A string that was checked: make one with {@link parseDigest}, {@link sha256} or a {@link Digester}.
 */
export type Digest = string & { readonly [digestBrand]: true };

export type DigestAlgorithm = 'sha256' | 'sha512';

const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && digestPattern.test(text);
}

/** @throws SkillsError ERR_REFERENCE_INVALID where `text` is no sha256 or sha512 digest in lower-case hex. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a digest`, {
    hint: 'a digest is "sha256:" with 64, or "sha512:" with 128 lower-case hexadecimal digits',
  });
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}

/** The hexadecimal part. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The first 12 hexadecimal digits: for people, never for identity. */
export function shortDigest(digest: Digest): string {
  return digestHex(digest).slice(0, 12);
}

export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${loadCrypto().createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

/** Computes a digest of bytes that come in pieces. */
export class Digester {
  readonly algorithm: DigestAlgorithm;
  #hash: Hash;
  #size = 0;

  constructor(algorithm: DigestAlgorithm = 'sha256') {
    this.algorithm = algorithm;
    this.#hash = loadCrypto().createHash(algorithm);
  }

  /** Bytes seen so far. */
  get size(): number {
    return this.#size;
  }

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    this.#size += bytes.byteLength;
    return this;
  }

  /** Ends the computation; a digester gives its digest once. */
  digest(): Digest {
    return `${this.algorithm}:${this.#hash.digest('hex')}` as Digest;
  }
}
