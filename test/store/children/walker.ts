// Walks a store and a project from state to state until it is killed. State n is: skills alpha, beta and gamma in version
// n, gamma only where n is not a multiple of 3, and everything says so: index, skills.json, lock, places, links.
import { join } from 'node:path';
import { openStore, type PlaceChange, withEntry, withoutEntry } from '../../../src/store/index.ts';
import { allSkills, lockText, readState, skillsOf, versionOf } from '../states.ts';
import { addSkill } from '../support.ts';

const [home = '', project = '', steps = 'Infinity'] = process.argv.slice(2);
process.stdout.write('ready\n');
if (steps !== '0') await new Promise((go) => process.stdin.once('data', go));
for (let step = 0; step < Number(steps); step++) {
  const store = await openStore(home);
  await store.lock(project, async () => {
    const state = readState(project) + 1;
    const places: PlaceChange[] = [];
    for (const name of allSkills) {
      const copy = { path: join(project, '.agents/skills', name), ours: true };
      const link = { path: join(project, '.claude/skills', name), ours: true };
      if (skillsOf(state).includes(name)) {
        places.push({ ...copy, kind: 'copy', tree: await addSkill(store, name, versionOf(state)) });
        places.push({ ...link, kind: 'link', target: `../../.agents/skills/${name}` });
      } else places.push({ ...copy, kind: 'remove' }, { ...link, kind: 'remove' });
    }
    await store.commit({
      index: (index) => {
        const others = allSkills.reduce(
          (kept, name) => withoutEntry(kept, { name, version: versionOf(state - 1) }),
          index,
        );
        const entry = (name: string) => ({
          name,
          version: versionOf(state),
          installedAt: '1970-01-01T00:00:00Z',
          source: 'test',
        });
        return skillsOf(state).reduce((grown, name) => withEntry(grown, entry(name)), others);
      },
      files: [
        { path: join(project, 'skills.json'), content: JSON.stringify({ state }) },
        { path: join(project, 'skills.lock.json'), content: lockText(state) },
      ],
      places,
    });
  });
}
