// One of several processes that install at once into one store: skills that all of them add, and one of its own, into
// one project that all share and one of its own.
import { join } from 'node:path';
import { openStore, type StoredTree, withEntry } from '../../../src/store/index.ts';
import { addSkill } from '../support.ts';

const [home = '', projects = '', id = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await new Promise((go) => process.stdin.once('data', go));
const store = await openStore(home);

async function install(project: string, tree: StoredTree): Promise<void> {
  await store.lock(project, async () =>
    store.commit({
      index: (index) =>
        withEntry(index, { name: tree.name, version: tree.version, installedAt: '1970-01-01T00:00:00Z', source: id }),
      files: [{ path: join(project, `${tree.name}.json`), content: tree.version }],
      places: [{ path: join(project, '.agents/skills', tree.name), kind: 'copy', tree, ours: true }],
    }),
  );
}

for (let number = 0; number < 10; number++) {
  await install(join(projects, 'shared'), await addSkill(store, `common-${number}`));
}
await install(join(projects, 'shared'), await addSkill(store, `own-${id}`));
await install(join(projects, `own-${id}`), await addSkill(store, 'common-0'));
process.exit(0);
