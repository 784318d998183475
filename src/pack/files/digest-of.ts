import { hash } from 'node:crypto';
import type { Digest } from '../../core/index.ts';

/** sha256 in one call: for thousands of small files that is twice as fast as a hash object for each. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${hash('sha256', bytes, 'hex')}` as Digest;
}
