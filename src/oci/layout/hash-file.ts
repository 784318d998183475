import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { type Digest, type DigestAlgorithm, Digester } from '../../core/index.ts';
import { batchBytes } from './constants.ts';

/** The digest of a file, with one buffer of 1 MiB; other work gets its turn after each. */
export async function hashFile(path: string, algorithm: DigestAlgorithm): Promise<Digest> {
  const digester = new Digester(algorithm);
  const buffer = Buffer.allocUnsafe(batchBytes);
  const descriptor = openSync(path, 'r');
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
      digester.update(buffer.subarray(0, length));
      if (length === batchBytes) await turn();
    }
  } finally {
    closeSync(descriptor);
  }
  return digester.digest();
}
