import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  openStore,
  type PlaceExpectation,
  type PlaceState,
  type Store,
  type StoredTree,
} from '../../src/store/index.ts';
import { addSkill, skillFiles, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const place = () => join(dir(), 'project/.agents/skills/pdf');

async function placed(): Promise<{ store: Store; tree: StoredTree; expected: PlaceExpectation }> {
  const store = await openStore(join(dir(), 'home'));
  const tree = await addSkill(store, 'pdf');
  await store.commit({ places: [{ path: place(), kind: 'copy', tree }] });
  return { store, tree, expected: { path: place(), contentDigest: tree.contentDigest, files: tree.files } };
}

/** Edits that every look must see, with and without hashing. */
const edits: Record<string, { edit: () => void; state: PlaceState }> = {
  'a longer file': { edit: () => appendFileSync(join(place(), 'SKILL.md'), 'more'), state: 'changed' },
  'a file of the same size': {
    edit: () => {
      const path = join(place(), 'SKILL.md');
      writeFileSync(path, readFileSync(path, 'utf8').replace('pdf', 'PDF'));
    },
    state: 'changed',
  },
  'a file of the same size, with its old mtime': {
    edit: () => {
      const path = join(place(), 'SKILL.md');
      const { atimeMs, mtimeMs } = statSync(path);
      writeFileSync(path, readFileSync(path, 'utf8').replace('pdf', 'PDF'));
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    },
    state: 'changed',
  },
  'a file swapped for another': {
    edit: () => {
      writeFileSync(join(dir(), 'other'), 'x');
      renameSync(join(dir(), 'other'), join(place(), 'docs/deep/er/notes.md'));
    },
    state: 'changed',
  },
  'a file removed': { edit: () => rmSync(join(place(), 'data.bin')), state: 'changed' },
  'a file added at the top': { edit: () => writeFileSync(join(place(), 'notes.txt'), ''), state: 'changed' },
  'a file added deep inside': { edit: () => writeFileSync(join(place(), 'docs/deep/er/x'), ''), state: 'changed' },
  'a file in a new folder': { edit: () => writeFiles(place(), { 'new/x': '' }), state: 'changed' },
  'a file made a link': {
    edit: () => {
      rmSync(join(place(), 'data.bin'));
      symlinkSync('SKILL.md', join(place(), 'data.bin'));
    },
    state: 'changed',
  },
  'an exec bit lost': { edit: () => chmodSync(join(place(), 'scripts/run.sh'), 0o644), state: 'outdated' },
  'an exec bit won': { edit: () => chmodSync(join(place(), 'SKILL.md'), 0o755), state: 'outdated' },
  'the folder removed': { edit: () => rmSync(place(), { recursive: true }), state: 'missing' },
  'the folder made a file': {
    edit: () => {
      rmSync(place(), { recursive: true });
      writeFileSync(place(), '');
    },
    state: 'foreign',
  },
  'all content gone': {
    edit: () => {
      rmSync(place(), { recursive: true });
      mkdirSync(place());
    },
    state: 'changed',
  },
  nothing: { edit: () => {}, state: 'same' },
  'an empty folder added': { edit: () => mkdirSync(join(place(), 'empty')), state: 'same' },
  'droppings of a file manager and of python': {
    edit: () => writeFiles(place(), { '.DS_Store': 'x', 'scripts/__pycache__/run.pyc': 'x' }),
    state: 'same',
  },
  'a touched file': { edit: () => utimesSync(join(place(), 'SKILL.md'), 1, 1), state: 'same' },
};

describe('store: checking a place', () => {
  for (const [title, { edit, state }] of Object.entries(edits)) {
    for (const hash of [false, true]) {
      it(`sees ${title} as ${state}${hash ? ', hashing' : ''}`, async () => {
        const { store, expected } = await placed();
        await sleep(25);
        expect(store.checkPlace(expected)).equal('same');
        edit();
        expect(store.checkPlace(expected, { hash })).equal(state);
        expect(store.checkPlace(expected, { hash }), 'and again').equal(state);
        expect((await openStore(store.home)).checkPlace(expected), 'and in the next process').equal(state);
      });
    }
  }

  it('sees an edit of the same size in the very moment after the install', async () => {
    for (let round = 0; round < 20; round++) {
      const { store, expected } = await placed();
      const path = join(place(), 'SKILL.md');
      writeFileSync(path, readFileSync(path, 'utf8').replace('pdf', 'PDF'));
      expect(store.checkPlace(expected)).equal('changed');
      rmSync(join(dir(), 'project'), { recursive: true });
    }
  });

  it('tells an outdated place, of another version, from an edited one', async () => {
    const { store, tree } = await placed();
    const two = await addSkill(store, 'pdf', '2.0.0');
    const expected = { path: place(), contentDigest: two.contentDigest, files: two.files };
    expect(store.checkPlace(expected)).equal('outdated');
    appendFileSync(join(place(), 'SKILL.md'), 'mine');
    expect(store.checkPlace(expected)).equal('changed');
    expect(store.checkPlace({ ...expected, was: tree.contentDigest })).equal('changed');
  });

  const unknown: Record<string, { expectation: (tree: StoredTree) => Partial<PlaceExpectation>; state: PlaceState }> = {
    'foreign where nobody says it is ours': { expectation: () => ({}), state: 'foreign' },
    'changed where the lock says it is ours': { expectation: () => ({ ours: true }), state: 'changed' },
    'outdated where it is as the lock said': {
      expectation: (tree) => ({ ours: true, was: tree.contentDigest }),
      state: 'outdated',
    },
  };
  for (const [title, { expectation, state }] of Object.entries(unknown)) {
    it(`without any memory of it, a place of other content is ${title}`, async () => {
      const { store, tree } = await placed();
      rmSync(store.paths.places, { recursive: true });
      const two = await addSkill(store, 'pdf', '2.0.0');
      expect(store.checkPlace({ path: place(), contentDigest: two.contentDigest, ...expectation(tree) })).equal(state);
    });
  }

  it('remembers a vendored folder that it found to be right', async () => {
    const { store, expected } = await placed();
    rmSync(store.paths.places, { recursive: true });
    expect(store.checkPlace(expected)).equal('same');
    expect(readdirSync(store.paths.places).length).equal(1);
    appendFileSync(join(place(), 'SKILL.md'), 'mine');
    expect(store.checkPlace(expected), 'ours now').equal('changed');
  });

  it('hashes what the stamps vouch for only when asked to', async () => {
    const { store, expected } = await placed();
    // Content that changed below the file system, as a broken disk would: the records are made to say so.
    await sleep(25);
    expect(store.checkPlace(expected)).equal('same');
    appendFileSync(join(place(), 'SKILL.md'), 'rot');
    const records = join(store.paths.places, readdirSync(store.paths.places)[0] ?? '');
    const file = JSON.parse(readFileSync(records, 'utf8'));
    const stat = statSync(join(place(), 'SKILL.md'));
    const stamp = file.places.pdf.seen.files['SKILL.md'];
    file.places.pdf.seen.files['SKILL.md'] = [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, 0, stamp[5]];
    file.places.pdf.seen.at = Date.now() + 1000;
    writeFileSync(records, JSON.stringify(file));
    expect(store.checkPlace(expected)).equal('same');
    expect(store.checkPlace(expected, { hash: true })).equal('changed');
  });

  for (const broken of ['', '{', '{"format":2}', '[]']) {
    it(`hashes everything where its memory is ${broken || 'empty'}`, async () => {
      const { store, expected } = await placed();
      const records = join(store.paths.places, readdirSync(store.paths.places)[0] ?? '');
      writeFileSync(records, broken);
      expect(store.checkPlace(expected)).equal('same');
    });
  }

  it('knows links: same, to another version, to elsewhere', async () => {
    const { store, tree } = await placed();
    const path = join(dir(), 'link');
    const expected: PlaceExpectation = { path, kind: 'link', target: tree.path };
    expect(store.checkPlace(expected)).equal('missing');
    symlinkSync(tree.path, path);
    expect(store.checkPlace(expected)).equal('same');
    expect(store.checkPlace({ ...expected, target: join(store.home, 'pdf/2.0.0') })).equal('outdated');
    rmSync(path);
    symlinkSync(join(dir(), 'elsewhere'), path);
    expect(store.checkPlace(expected)).equal('foreign');
    expect(store.checkPlace({ ...expected, ours: true })).equal('outdated');
    rmSync(path);
    mkdirSync(path);
    expect(store.checkPlace(expected)).equal('foreign');
  });

  it('does not write into a store that only looks at what it never placed', async () => {
    writeFiles(place(), skillFiles('pdf', '1.0.0'));
    const store = await openStore(join(dir(), 'none'));
    expect(store.checkPlace({ path: place(), contentDigest: undefined })).equal('foreign');
    expect(existsSync(join(dir(), 'none'))).equal(false);
  });
});
