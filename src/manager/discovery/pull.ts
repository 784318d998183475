import { existsSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { unpackArtifact } from '../../pack/index.ts';
import { parseSpec } from '../../resolve/index.ts';
import { type Store, type StoredTree, withEntry } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { bringIn } from '../install/bring.ts';
import { anchor, type Found, openSpec, scopeOf } from '../naming.ts';
import type { PullReport, ReadOptions } from '../types.ts';
import { verify } from '../verification.ts';

/** Where a fetched skill goes. */
export interface PullOptions extends ReadOptions {
  /** Unpack into this folder, which must not hold anything, instead of the store. */
  readonly output?: string | undefined;
}

/** Verifies a skill and unpacks it into the store without activating it, so that `load('name@version')` finds it. */
export async function pull(context: Context, reference: string, options: PullOptions = {}): Promise<PullReport> {
  const output = options.output === undefined ? undefined : resolve(context.settings.cwd, options.output);
  if (output) requireEmpty(output);
  await using pool = await context.sources();
  const found = await openSpec(context, pool, anchor(context, parseSpec(reference)), options);
  const { artifact, target } = found.opened;
  const facts = {
    name: artifact.manifest.name,
    version: found.version,
    digest: artifact.descriptor.digest,
    reference: found.id,
  };
  if (output) {
    await verify(context, artifact.descriptor, target);
    // The folder is made by one rename: an empty one that is there already goes.
    if (existsSync(output)) rmdirSync(output);
    const { contentDigest } = await unpackArtifact(target, artifact, output);
    return { ...facts, contentDigest, path: output };
  }
  const store = await context.store();
  const scope = scopeOf(context, found.id, facts.name);
  const tree = await bringIn(context, store, { ...facts, scope, opened: found.opened });
  await remember(store, found, tree);
  return { ...facts, contentDigest: tree.contentDigest, path: tree.path };
}

/** Lets the store know a version by name: without the network too it can be installed and loaded then. */
export async function remember(store: Store, { id, opened }: Found, tree: StoredTree): Promise<void> {
  const entry = {
    name: tree.name,
    version: tree.version,
    installedAt: new Date().toISOString(),
    source: id,
    checksum: opened.artifact.layer.digest,
    contentDigest: tree.contentDigest,
    digest: opened.artifact.descriptor.digest,
    ...(tree.scope ? { scope: tree.scope } : {}),
    path: relative(store.home, tree.path).replaceAll('\\', '/'),
    enabled: true,
  };
  await store.commit({ index: (current) => withEntry(current, entry) });
}

function requireEmpty(output: string): void {
  const stat = statSync(output, { throwIfNoEntry: false });
  if (!stat || (stat.isDirectory() && readdirSync(output).length === 0)) return;
  throw new SkillsError('ERR_CONFLICT', `${output} is ${stat.isDirectory() ? 'not empty' : 'no folder'}`, {
    hint: 'name a folder that is empty or not there yet',
  });
}
