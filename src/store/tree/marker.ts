import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../core/index.ts';
import type { FileRecord } from '../../pack/index.ts';
import type { StorePaths } from '../home.ts';
import { readOwnJson } from '../json-file.ts';
import { writeStaged } from '../staging.ts';

/**
 * Says that a tree is complete. It lies outside of the tree, for everything in there is the skill's content, and is
 * written after the tree has its place: a tree without one is not seen.
 */
export interface TreeMarker {
  readonly format: 1;
  readonly name: string;
  readonly scope?: string;
  readonly version: string;
  readonly contentDigest: Digest;
  readonly files: readonly FileRecord[];
  /** Inode and mtime (ms) of the tree's folder: a marker does not speak for a folder that was put there since. */
  readonly folder: readonly [number, number];
  /** The boot in which the tree was written, or last hashed. */
  readonly boot: string;
  /** It was hashed in a later boot than it was written in: it is on the disk, and not only in memory. */
  readonly settled?: true;
}

function markerPath(trees: string, folder: string): string {
  return join(trees, `${folder}.json`);
}

export function readMarker(trees: string, folder: string): TreeMarker | undefined {
  const path = markerPath(trees, folder);
  return existsSync(path) ? readOwnJson<TreeMarker>(path, 1) : undefined;
}

export function writeMarker({ trees, staging }: StorePaths, folder: string, marker: TreeMarker): void {
  writeStaged(staging, markerPath(trees, folder), JSON.stringify(marker));
}

export function removeMarker(trees: string, folder: string): void {
  rmSync(markerPath(trees, folder), { force: true });
}
