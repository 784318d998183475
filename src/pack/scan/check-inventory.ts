import { TrustError } from '../../core/index.ts';
import type { InventoryEntry } from '../dialects/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { quotePath } from '../refusals.ts';

/**
 * Compares what a layer holds with the list of its files: nothing missing, nothing more, no path twice, every digest and exec
 * bit as listed (agent-package, "Installing").
 *
 * @throws TrustError ERR_DIGEST_MISMATCH with `data.path`
 */
export function checkInventory(files: readonly FileRecord[], inventory: readonly InventoryEntry[]): void {
  const rest = new Map(inventory.map((entry) => [entry.path, entry]));
  if (rest.size !== inventory.length) throw mismatch('a path that is listed twice', '');
  for (const file of files) {
    const entry = rest.get(file.path);
    if (!entry) throw mismatch('a file that is not listed', file.path);
    rest.delete(file.path);
    if (entry.digest !== file.digest) throw mismatch('another content', file.path);
    if (entry.executable !== file.executable) throw mismatch('another exec bit', file.path);
  }
  for (const path of rest.keys()) throw mismatch('no such file', path);
}

function mismatch(what: string, path: string): TrustError {
  return new TrustError(
    'ERR_DIGEST_MISMATCH',
    `The layer does not hold what the config lists: ${what} (${quotePath(path)})`,
    {
      hint: 'nothing of it was kept; its author must package it again',
      data: { path },
    },
  );
}
