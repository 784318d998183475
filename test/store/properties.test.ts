import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillsError } from '../../src/core/index.ts';
import {
  openStore,
  type PlaceChange,
  type Store,
  type StoredTree,
  withEntry,
  withoutEntry,
} from '../../src/store/index.ts';
import { addSkill, leftovers, readFiles, skillFiles, useTempDir } from './support.ts';

const dir = useTempDir();
const place = (name: string) => join(dir(), 'project/.agents/skills', name);

type Edit = {
  readonly kind: 'write' | 'append' | 'remove' | 'move' | 'mode' | 'folder';
  readonly path: string;
  readonly text: string;
};

const paths = ['SKILL.md', 'scripts/run.sh', 'docs/deep/er/notes.md', 'data.bin', 'new.md', 'docs/new', 'x/y/z'];
const edits = fc.record<Edit>({
  kind: fc.constantFrom('write', 'append', 'remove', 'move', 'mode', 'folder'),
  path: fc.constantFrom(...paths),
  text: fc.constantFrom('', 'a', 'b', '# pdf'),
});

function apply(root: string, { kind, path, text }: Edit): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  if (kind === 'folder') mkdirSync(join(root, `empty-${text.length}`), { recursive: true });
  else if (kind === 'write') writeFileSync(file, text);
  else if (kind === 'append') appendFileSync(file, text);
  else if (!existsSync(file)) return;
  else if (kind === 'remove') rmSync(file);
  else if (kind === 'move') renameSync(file, join(root, 'moved'));
  else chmodSync(file, text === '' ? 0o644 : 0o755);
}

describe('store: properties', () => {
  it('stamps and hashes agree after any edits, made at any moment', async () => {
    const store = await openStore(join(dir(), 'home'));
    const tree = await addSkill(store, 'pdf');
    const expected = { path: place('pdf'), contentDigest: tree.contentDigest, files: tree.files };
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { maxLength: 8 }), async (sequence) => {
        await store.commit({ places: [{ path: place('pdf'), kind: 'copy', tree, force: true }] });
        for (const edit of sequence) {
          apply(place('pdf'), edit);
          const byStamps = store.checkPlace(expected);
          expect(byStamps).equal(store.checkPlace(expected, { hash: true }));
          const isAsInstalled =
            JSON.stringify(readFiles(place('pdf'))) === JSON.stringify(sorted(skillFiles('pdf', '1.0.0')));
          expect(['same', 'outdated'].includes(byStamps)).equal(isAsInstalled);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('any sequence of installs, removals and edits ends as a simple model says', async () => {
    const store = await openStore(join(dir(), 'home'));
    const trees = await addAll(store);
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (sequence) => {
        rmSync(join(dir(), 'project'), { recursive: true, force: true });
        rmSync(store.paths.places, { recursive: true, force: true });
        await store.commit({ index: () => ({ installedSkills: [] }) });
        const model = new Map<string, ModelPlace>();
        for (const step of sequence) await take(store, trees, model, step);
      }),
      { numRuns: 40 },
    );
  });
});

type Step = { readonly name: 'a' | 'b'; readonly act: '1.0.0' | '2.0.0' | 'remove' | 'edit'; readonly force: boolean };
interface ModelPlace {
  readonly version: string;
  readonly edited: boolean;
}

const steps = fc.record<Step>({
  name: fc.constantFrom('a', 'b'),
  act: fc.constantFrom('1.0.0', '2.0.0', 'remove', 'edit'),
  force: fc.boolean(),
});

async function addAll(store: Store): Promise<Map<string, StoredTree>> {
  const trees = new Map<string, StoredTree>();
  for (const name of ['a', 'b']) {
    for (const version of ['1.0.0', '2.0.0']) trees.set(`${name}@${version}`, await addSkill(store, name, version));
  }
  return trees;
}

async function take(
  store: Store,
  trees: Map<string, StoredTree>,
  model: Map<string, ModelPlace>,
  step: Step,
): Promise<void> {
  const { name, act, force } = step;
  const now = model.get(name);
  if (act === 'edit') {
    if (now) appendFileSync(join(place(name), 'SKILL.md'), 'mine');
    if (now) model.set(name, { ...now, edited: true });
  } else {
    const refused = now?.edited === true && !force;
    expect(await isRefused(store, trees.get(`${name}@${act}`), step), JSON.stringify(step)).equal(refused);
    if (!refused && act === 'remove') model.delete(name);
    else if (!refused) model.set(name, { version: act, edited: false });
  }
  expectModel(store, model);
}

async function isRefused(store: Store, tree: StoredTree | undefined, { name, force }: Step): Promise<boolean> {
  const base = { path: place(name), force, ours: true };
  const change: PlaceChange = tree ? { ...base, kind: 'copy', tree } : { ...base, kind: 'remove' };
  try {
    await store.commit({
      index: (index) => {
        const rest = ['1.0.0', '2.0.0'].reduce((kept, version) => withoutEntry(kept, { name, version }), index);
        return tree ? withEntry(rest, { name, version: tree.version, installedAt: 'x', source: 'x' }) : rest;
      },
      places: [change],
    });
    return false;
  } catch (error) {
    if (isSkillsError(error, 'ERR_CONFLICT')) return true;
    throw error;
  }
}

function expectModel(store: Store, model: ReadonlyMap<string, ModelPlace>): void {
  expect(store.index.entries.map((entry) => `${entry.name}@${entry.version}`)).deep.equal(
    [...model].map(([name, { version }]) => `${name}@${version}`).sort(),
  );
  for (const name of ['a', 'b']) {
    const known = model.get(name);
    expect(existsSync(place(name))).equal(known !== undefined);
    if (!known) continue;
    const wanted = skillFiles(name, known.version);
    const seen = readFiles(place(name));
    if (known.edited) expect(readFileSync(join(place(name), 'SKILL.md'), 'utf8')).match(/mine$/);
    else expect(seen).deep.equal(wanted);
  }
  expect(leftovers(dir())).deep.equal([]);
}

function sorted(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));
}
