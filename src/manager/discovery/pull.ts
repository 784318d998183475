import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { unpackArtifact } from '../../pack/index.ts';
import { parseSpec } from '../../resolve/index.ts';
import { type Store, type StoredTree, withEntry } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { bringIn } from '../install/bring.ts';
import { anchor, type Found, openSpec } from '../naming.ts';
import type { PullReport } from '../types.ts';

export interface PullOptions {
  /** Unpack into this folder, which must not hold anything, instead of the store. */
  readonly output?: string | undefined;
}

/** Verifies a skill and unpacks it into the store without activating it, so that `load('name@version')` finds it. */
export async function pull(context: Context, reference: string, options: PullOptions = {}): Promise<PullReport> {
  const output = options.output === undefined ? undefined : resolve(context.settings.cwd, options.output);
  if (output) clearTheWay(output);
  await using pool = await context.sources();
  const found = await openSpec(context, pool, anchor(context, parseSpec(reference)));
  const { artifact, target } = found.opened;
  const facts = {
    name: artifact.manifest.name,
    version: found.version,
    digest: artifact.descriptor.digest,
    reference: found.id,
  };
  if (output) {
    const { contentDigest } = await unpackArtifact(target, artifact, output);
    return { ...facts, contentDigest, path: output };
  }
  const store = await context.store();
  const tree = await bringIn(context, store, { ...facts, opened: found.opened });
  await remember(store, found, tree);
  return { ...facts, contentDigest: tree.contentDigest, path: tree.path };
}

async function remember(store: Store, { id, opened }: Found, tree: StoredTree): Promise<void> {
  const entry = {
    name: tree.name,
    version: tree.version,
    installedAt: new Date().toISOString(),
    source: id,
    checksum: opened.artifact.layer.digest,
    contentDigest: tree.contentDigest,
    digest: opened.artifact.descriptor.digest,
    path: relative(store.home, tree.path).replaceAll('\\', '/'),
    enabled: true,
  };
  await store.commit({ index: (current) => withEntry(current, entry) });
}

/** The folder is made by one rename: an empty one that is there already goes. */
function clearTheWay(output: string): void {
  if (!existsSync(output)) return;
  if (readdirSync(output).length > 0) {
    throw new SkillsError('ERR_CONFLICT', `${output} is not empty`, {
      hint: 'name a folder that is empty or not there yet',
    });
  }
  rmdirSync(output);
}
