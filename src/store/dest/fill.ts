import { lstatSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, SkillsError, TrustError, withLock } from '../../core/index.ts';
import { ioError } from '../io.ts';
import { ownedName } from '../owner.ts';
import { copyTree } from '../places/copy.ts';
import { observe } from '../places/observe.ts';
import { listAbandoned, sweep } from '../staging.ts';
import type { StoredTree } from '../tree/types.ts';
import { type DestEntry, destStaging, destState, readDest, writeDest } from './installed.ts';

export interface FillReport {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Makes a plain folder hold exactly these skills, as `DIR/<name>`, beside what else is in it. Everything is hashed,
 * what is there and what is put there. What is ours stands in `DIR/.skills/installed.json`; only that is replaced or
 * removed, also where it was edited. Stopped at any moment, the next fill completes it; no skill is ever half there.
 *
 * @throws SkillsError ERR_CONFLICT where two skills have one last name, ERR_NOT_OURS where something else has the name
 * of one, ERR_IO; TrustError ERR_DIGEST_MISMATCH where a tree in the store is damaged. Nothing was replaced then.
 */
export async function fillDest(dir: string, trees: readonly StoredTree[]): Promise<FillReport> {
  const root = resolve(dir);
  checkNames(trees);
  try {
    makeFolder(destState(root));
    return await withLock(join(destState(root), 'lock'), async () => fill(root, trees));
  } catch (error) {
    throw ioError(`cannot fill ${root}`, error);
  }
}

function fill(root: string, trees: readonly StoredTree[]): FillReport {
  const ours = readDest(root);
  const stagingRoot = destStaging(root);
  sweep(stagingRoot, listAbandoned(stagingRoot));
  const plan = planFill(root, trees, ours);
  const staging = join(stagingRoot, ownedName());
  try {
    for (const tree of [...plan.add, ...plan.replace]) stage(tree, join(staging, 'new', tree.name));
    // All that may be ours in the next moments is listed first: a fill that is stopped leaves nothing that nobody owns.
    writeDest(root, merge(ours, trees.map(entryOf)));
    makeFolder(join(staging, 'old'));
    for (const name of plan.remove) renameSync(join(root, name), join(staging, 'old', name));
    for (const tree of plan.replace) swap(root, tree.name, staging);
    for (const tree of plan.add) renameSync(join(staging, 'new', tree.name), join(root, tree.name));
    writeDest(root, trees.map(entryOf));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return report(plan);
}

interface FillPlan {
  readonly add: StoredTree[];
  readonly replace: StoredTree[];
  readonly keep: StoredTree[];
  readonly remove: string[];
}

function planFill(root: string, trees: readonly StoredTree[], ours: readonly DestEntry[]): FillPlan {
  const owned = new Set(ours.map((entry) => entry.name));
  const wanted = new Set(trees.map((tree) => tree.name));
  const plan: FillPlan = { add: [], replace: [], keep: [], remove: [] };
  for (const tree of trees) {
    const path = join(root, tree.name);
    if (!exists(path)) plan.add.push(tree);
    else if (!owned.has(tree.name)) throw notOurs(path);
    else (isAsWanted(path, tree) ? plan.keep : plan.replace).push(tree);
  }
  plan.remove.push(...[...owned].filter((name) => !wanted.has(name) && exists(join(root, name))));
  return plan;
}

function isAsWanted(path: string, tree: StoredTree): boolean {
  if (!lstatSync(path).isDirectory()) return false;
  const seen = observe(path, new Set(tree.files.map((file) => file.path)));
  if (seen.contentDigest !== tree.contentDigest) return false;
  return (
    process.platform === 'win32' || tree.files.every((file) => (seen.files[file.path]?.[4] === 1) === file.executable)
  );
}

function stage(tree: StoredTree, path: string): void {
  copyTree(tree, path);
  const actual = observe(path, new Set(tree.files.map((file) => file.path))).contentDigest;
  if (actual === tree.contentDigest) return;
  throw new TrustError('ERR_DIGEST_MISMATCH', `${tree.path} holds ${actual}, not ${tree.contentDigest}`, {
    hint: 'the store was altered: remove that folder and run the command again',
    data: { expected: tree.contentDigest, actual },
  });
}

function swap(root: string, name: string, staging: string): void {
  const path = join(root, name);
  const old = join(staging, 'old', name);
  renameSync(path, old);
  try {
    renameSync(join(staging, 'new', name), path);
  } catch (error) {
    renameSync(old, path);
    throw error;
  }
}

function merge(ours: readonly DestEntry[], wanted: readonly DestEntry[]): DestEntry[] {
  return [...new Map([...ours, ...wanted].map((entry) => [entry.name, entry])).values()];
}

function entryOf({ name, scope, version, contentDigest }: StoredTree): DestEntry {
  return { name, ...(scope ? { scope } : {}), version, contentDigest };
}

function report(plan: FillPlan): FillReport {
  const names = (trees: readonly StoredTree[]) => trees.map((tree) => tree.name);
  return {
    added: names(plan.add),
    replaced: names(plan.replace),
    removed: plan.remove,
    unchanged: names(plan.keep),
  };
}

function checkNames(trees: readonly StoredTree[]): void {
  const seen = new Map<string, StoredTree>();
  for (const tree of trees) {
    const other = seen.get(tree.name);
    if (other) {
      throw new SkillsError('ERR_CONFLICT', `${fullName(other)} and ${fullName(tree)} would both be ${tree.name}`, {
        hint: 'install one of them into another folder',
      });
    }
    seen.set(tree.name, tree);
  }
}

function fullName({ scope, name, version }: StoredTree): string {
  return `${scope ? `${scope}/` : ''}${name}@${version}`;
}

function notOurs(path: string): SkillsError {
  return new SkillsError('ERR_NOT_OURS', `${path} was not installed by skills; it is left alone`, {
    hint: 'move it away, or fill another folder',
    data: { path },
  });
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
