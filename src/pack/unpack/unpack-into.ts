import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, SkillsError, temporaryName, toSkillsError } from '../../core/index.ts';
import { contentDigestOf } from '../files/content-digest.ts';
import type { UnpackedTree } from '../files/hash-tree.ts';
import { sortByPath } from '../paths.ts';
import type { LayerView } from './layer-view.ts';
import { type ArchiveLimits, defaultLimits } from './limits.ts';
import { type FoundRoot, findRoot, stripRoot } from './tree-root.ts';
import { TreeWriter } from './tree-writer.ts';

export interface UnpackOptions {
  /** What the archive's folder must be called, unless the archive is bare or rooted at `payload/`. */
  readonly name?: string | undefined;
  readonly limits?: Partial<ArchiveLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An unpacked archive, and how it was rooted. */
export interface RootedTree extends UnpackedTree, FoundRoot {}

interface UnpackWork {
  /** Decides what of the entries is in the tree, and where. */
  readonly view?: LayerView | undefined;
  /** What the tree is rooted at, where that is known; else it is found out. */
  readonly rooted?: FoundRoot | undefined;
  /** Writes the entries. */
  readonly fill: (tree: TreeWriter, limits: ArchiveLimits) => Promise<void>;
  /** Looks at the whole before it appears at its destination. */
  readonly check?: ((tree: RootedTree) => void) | undefined;
}

/**
 * Unpacks an archive into a private folder beside `destination`, and renames it once everything is there and checked.
 * Whatever fails, nothing is left behind.
 *
 * @throws SkillsError ERR_CONFLICT where `destination` exists.
 */
export async function unpackInto(destination: string, options: UnpackOptions, work: UnpackWork): Promise<RootedTree> {
  const target = resolve(destination);
  checkFree(target);
  const staging = temporaryName(target);
  try {
    makeFolder(dirname(target));
    mkdirSync(staging, { mode: 0o755 });
    const tree = await fillStaging(staging, { ...defaultLimits, ...options.limits }, options, work);
    renameSync(join(staging, tree.folder), target);
    if (tree.folder !== '') removeFolder(staging);
    return tree;
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw toSkillsError(error);
  }
}

/** Nearly always empty, and then removed without the walk that costs as much as unpacking a small file. */
function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    rmSync(path, { recursive: true, force: true });
  }
}

async function fillStaging(
  staging: string,
  limits: ArchiveLimits,
  { name }: UnpackOptions,
  { view, rooted, fill, check }: UnpackWork,
): Promise<RootedTree> {
  const writer = new TreeWriter(staging, limits, view);
  try {
    await fill(writer, limits);
    const written = writer.finish();
    const found = rooted ?? findRoot(written, name);
    const files = sortByPath(stripRoot(written, found));
    const tree = { ...found, files, contentDigest: contentDigestOf(files) };
    check?.(tree);
    return tree;
  } finally {
    writer.close();
  }
}

function checkFree(target: string): void {
  if (!lstatSync(target, { throwIfNoEntry: false })) return;
  throw new SkillsError('ERR_CONFLICT', `${target} exists already`, {
    hint: 'name a folder that does not exist yet, or remove this one',
  });
}
