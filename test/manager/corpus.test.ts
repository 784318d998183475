import { existsSync, globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { hashFiles, hashTree, openFolder } from '../../src/pack/index.ts';
import { makeWorld, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');
const corpus = join(root, '../shared/corpus');
const atOnce = 8;

describe('skills on the whole way: pushed, pulled and loaded', function () {
  this.timeout(240_000);
  let world: World;
  before(async () => {
    world = await makeWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it('keeps every byte and exec bit of the examples', async () => {
    const folders = skillsIn(join(root, 'examples'));
    expect(folders.length).to.be.at.least(8);
    await checkAll(world, folders);
  });

  it('keeps every byte of the real skills, where they are beside the project', async () => {
    if (!existsSync(corpus)) process.stdout.write('      (../shared/corpus is not there: the examples stand alone)\n');
    await checkAll(world, existsSync(corpus) ? skillsIn(corpus) : []);
  });
});

async function checkAll(world: World, folders: readonly string[]): Promise<void> {
  const manager = world.manager({ project: undefined });
  const queue = folders.values();
  const worker = async () => {
    for (const folder of queue) await checkOne(world, manager, folder);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function checkOne({ prefix }: World, manager: ReturnType<World['manager']>, folder: string): Promise<void> {
  const { name, version, contentDigest } = await manager.publish(folder);
  const pulled = await manager.pull(`${prefix}/${name}:${version}`);
  const skill = await manager.load(`${name}@${version}`);
  const tree = hashTree(pulled.path);
  expect(tree.contentDigest, name).to.equal(contentDigest);
  expect(skill.files, name).to.deep.equal(tree.files.map(({ path }) => path));
  expect((await skill.instructions()).trim(), name).not.to.equal('');
  // A skill without a SKILL.md was given one when it was packed.
  const own = hashFiles(openFolder(folder).files).files.map((file) => [file.path, file.digest, file.executable]);
  const there = new Map(tree.files.map((file) => [file.path, file]));
  for (const [path, digest, executable] of own) {
    expect([there.get(String(path))?.digest, there.get(String(path))?.executable], `${name}/${path}`).to.deep.equal([
      digest,
      executable,
    ]);
  }
}

function skillsIn(folder: string): string[] {
  return [
    ...new Set(
      globSync('*/{SKILL.md,skill.toml,skill.json,skill.yaml}', { cwd: folder }).map((file) =>
        join(folder, dirname(file)),
      ),
    ),
  ].sort();
}
