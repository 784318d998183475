import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { hashTree } from '../../src/pack/index.ts';
import { openStore } from '../../src/store/index.ts';
import { leftovers, readFiles, skillFiles, useTempDir } from './support.ts';

const adder = fileURLToPath(new URL('./children/adder.ts', import.meta.url));
const ids = Array.from({ length: 8 }, (_, number) => `p${number}`);
const dir = useTempDir();

async function startAdder(id: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [adder, join(dir(), 'home'), join(dir(), 'projects'), id], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

describe('store: eight processes at once', () => {
  it('add the same and different trees, and commit into one project, and lose nothing', async function () {
    this.timeout(120_000);
    const children = await Promise.all(ids.map(startAdder));
    const exits = children.map((child) => once(child, 'exit'));
    for (const child of children) child.stdin?.write('go\n');
    for (const exit of exits) expect((await exit)[0]).equal(0);

    const store = await openStore(join(dir(), 'home'));
    const common = Array.from({ length: 10 }, (_, number) => `common-${number}`);
    const names = [...common, ...ids.map((id) => `own-${id}`)];
    expect(store.index.entries.map((entry) => entry.name)).deep.equal(names.sort());
    expect(store.listTrees().map((tree) => tree.name)).deep.equal(names);
    for (const tree of store.listTrees()) expect(hashTree(tree.path).contentDigest).equal(tree.contentDigest);
    const shared = join(dir(), 'projects/shared/.agents/skills');
    expect(readdirSync(shared).sort()).deep.equal(names);
    for (const name of names) expect(readFiles(join(shared, name))).deep.equal(skillFiles(name, '1.0.0'));
    for (const id of ids) {
      expect(readFiles(join(dir(), 'projects', `own-${id}`, '.agents/skills/common-0'))).deep.equal(
        skillFiles('common-0', '1.0.0'),
      );
    }
    expect(leftovers(dir())).deep.equal([]);
    expect(readdirSync(store.paths.journal)).deep.equal([]);
    expect(readdirSync(store.paths.staging)).deep.equal([]);
  });
});
