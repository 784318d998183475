import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { digestHex, sha256, streamOf } from '../../src/core/index.ts';
import {
  defaultHome,
  findEntry,
  type IndexEntry,
  ignoreChange,
  openStore,
  withEntry,
  withoutEntry,
} from '../../src/store/index.ts';
import { addSkill, expectError, leftovers, readFiles, skillFiles, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();

function entry(name: string, version: string, more: Partial<IndexEntry> = {}): IndexEntry {
  return { name, version, installedAt: '2026-01-01T00:00:00Z', source: 'ghcr.io/acme/x', ...more };
}

describe('store: its home', () => {
  it('is SKILLS_HOME, else ~/.skills', () => {
    expect(defaultHome({ SKILLS_HOME: '/x/y', HOME: '/home/me' })).equal('/x/y');
    expect(defaultHome({ HOME: '/home/me' })).equal('/home/me/.skills');
  });

  it('is not made by looking into it', async () => {
    const home = join(dir(), 'none');
    const store = await openStore(home);
    expect(store.index.read()).deep.equal({ installedSkills: [] });
    expect(store.listTrees()).deep.equal([]);
    expect(store.findTree({ name: 'pdf', version: '1.0.0' })).equal(undefined);
    expect(store.cache.size()).equal(0);
    expect(store.readChoice(dir())).equal(undefined);
    expect(existsSync(home)).equal(false);
  });

  it('holds content as an OCI layout, and can drop it without touching what is installed', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    const bytes = Buffer.from('a layer');
    const layer = { mediaType: 'application/octet-stream', digest: sha256(bytes), size: bytes.byteLength };
    await store.content.push(layer, () => streamOf(bytes));
    store.metadata.write('https://r/v2/', { etag: '"1"', body: 'x' });
    expect(existsSync(join(dir(), '.cache/v1/content/oci-layout'))).equal(true);
    expect(store.cache.size()).greaterThan(7);
    await store.cache.clear();
    expect(store.cache.size()).equal(0);
    expect(await store.content.exists(layer)).equal(false);
    expect(store.findTree(tree)).deep.equal(tree);
    await store.cache.clear();
  });
});

describe('store: index.json', () => {
  it('has the shape of seed 001, sorted, and keeps keys that it does not know', async () => {
    const store = await openStore(dir());
    writeFiles(dir(), { 'index.json': JSON.stringify({ installedSkills: [entry('z', '1.0.0')], theirs: { a: 1 } }) });
    await store.commit({ index: (index) => withEntry({ ...index, lastSyncTime: 'now' }, entry('a', '1.0.0')) });
    await store.commit({ index: (index) => withEntry(index, entry('a', '1.0.0', { scope: '@acme' })) });
    const written = JSON.parse(readFileSync(join(dir(), 'index.json'), 'utf8'));
    expect(Object.keys(written)).deep.equal(['installedSkills', 'theirs', 'lastSyncTime']);
    expect(written.theirs).deep.equal({ a: 1 });
    expect(store.index.entries.map(({ scope = '', name }) => scope + name)).deep.equal(['a', 'z', '@acmea']);
    await store.commit({ index: (index) => withoutEntry(index, entry('a', '1.0.0')) });
    expect(store.index.entries.map(({ scope = '', name }) => scope + name)).deep.equal(['z', '@acmea']);
  });

  for (const text of ['', '{', '[]', 'null', '{"installedSkills":{}}', '{"installedSkills":[{"name":1}]}', '\u0000']) {
    it(`is refused, and not overwritten, where it is ${JSON.stringify(text)}`, async () => {
      writeFiles(dir(), { 'index.json': text });
      const store = await openStore(dir());
      await expectError(() => store.index.read(), 'ERR_FILE_INVALID', /index\.json/);
      await expectError(store.commit({ index: (index) => index }), 'ERR_FILE_INVALID', /index\.json/);
      expect(readFileSync(join(dir(), 'index.json'), 'utf8')).equal(text);
      expect(leftovers(dir())).deep.equal([]);
    });
  }

  const installed = {
    installedSkills: [
      entry('pdf', '1.9.0'),
      entry('pdf', '1.10.0', { aliases: ['portable'] }),
      entry('xls', '1.0.0', { scope: '@acme' }),
      entry('doc', '1.0.0', { scope: '@acme' }),
      entry('doc', '1.0.0', { scope: '@other' }),
      entry('portable', '3.0.0'),
      entry('odd', 'one'),
      entry('odd', 'two'),
    ],
  };
  const found: [string, string | undefined, string | undefined][] = [
    ['pdf', undefined, 'pdf@1.10.0'],
    ['pdf', '1.9.0', 'pdf@1.9.0'],
    ['pdf', '2.0.0', undefined],
    ['xls', undefined, 'xls@1.0.0'],
    ['@acme/xls', undefined, 'xls@1.0.0'],
    ['@other/xls', undefined, undefined],
    ['@other/doc', undefined, 'doc@1.0.0'],
    ['portable', undefined, 'portable@3.0.0'],
    ['portable', '1.10.0', 'pdf@1.10.0'],
    ['odd', undefined, 'odd@two'],
    ['none', undefined, undefined],
  ];
  for (const [name, version, expected] of found) {
    it(`finds ${expected} for ${name} ${version ?? ''}`, () => {
      const hit = findEntry(installed, name, version);
      expect(hit && `${hit.name}@${hit.version}`).equal(expected);
    });
  }

  it('names the candidates where a bare name may be several', async () => {
    await expectError(() => findEntry(installed, 'doc'), 'ERR_CONFLICT', /@acme\/doc, @other\/doc/);
  });
});

describe('store: answers of servers', () => {
  it('come back by their key, readable by the user alone', async () => {
    const { metadata, paths } = await openStore(dir());
    expect(metadata.read('https://a/')).equal(undefined);
    metadata.write('https://a/', { etag: '"1"', body: '{"tags":[]}', storedAt: 5 });
    metadata.write('https://b/', { lastModified: 'Thu', body: '' });
    expect(metadata.read('https://a/')).deep.equal({ etag: '"1"', body: '{"tags":[]}', storedAt: 5 });
    expect(metadata.read('https://b/')).deep.include({ lastModified: 'Thu', body: '' });
    for (const file of readdirSync(paths.metadata, { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(join(paths.metadata, file));
      if (stat.isFile()) expect(stat.mode & 0o077).equal(0);
    }
    metadata.forget('https://a/');
    expect(metadata.read('https://a/')).equal(undefined);
  });

  it('are no error where they are broken or cannot be kept', async () => {
    writeFiles(dir(), { '.cache/v1/metadata': 'a file, where a folder belongs' });
    const { metadata } = await openStore(dir());
    metadata.write('https://a/', { body: 'x' });
    expect(metadata.read('https://a/')).equal(undefined);
  });
});

describe('store: commit or ignore', () => {
  const heading = '# installed by skills: run "skills install" to have them\n';
  const cases: [string, string | undefined, string | undefined][] = [
    ['no file', undefined, `${heading}/.agents/skills/pdf\n`],
    ['a file', 'node_modules\n', `node_modules\n\n${heading}/.agents/skills/pdf\n`],
    ['a file without a last newline', 'dist', `dist\n\n${heading}/.agents/skills/pdf\n`],
    [
      'our block',
      `${heading}/.agents/skills/a\n\ndist\n`,
      `${heading}/.agents/skills/pdf\n/.agents/skills/a\n\ndist\n`,
    ],
    ['the line', '/.agents/skills/pdf\n', undefined],
    ['Windows line ends', 'dist\r\n', `dist\r\n\r\n${heading.trim()}\r\n/.agents/skills/pdf\r\n`],
  ];
  for (const [title, before, after] of cases) {
    it(`adds its line once to ${title}`, async () => {
      if (before !== undefined) writeFiles(dir(), { '.gitignore': before });
      const change = ignoreChange(dir(), ['.agents/skills/pdf', '.agents/skills/pdf']);
      expect(change?.content ?? undefined).equal(after);
      if (!change) return;
      const store = await openStore(join(dir(), 'home'));
      await store.commit({ files: [change] });
      expect(ignoreChange(dir(), ['.agents/skills/pdf'])).equal(undefined);
      expect(store.readChoice(dir()), 'everybody who clones it knows').equal('ignore');
    });
  }

  it('remembers the answer for a project', async () => {
    const store = await openStore(dir());
    store.writeChoice('/a', 'vendor');
    expect(store.readChoice('/a')).equal('vendor');
    expect(store.readChoice('/b')).equal(undefined);
  });
});

describe('store: a file system that refuses', () => {
  it('a home that is a file is ERR_IO', async () => {
    writeFiles(dir(), { home: 'a file' });
    const error = await expectError(openStore(join(dir(), 'home')), 'ERR_IO', /cannot open the store/);
    expect(error.exitCode).equal(1);
  });

  it('a lock that is a folder changes nothing', async () => {
    const store = await openStore(join(dir(), 'home'));
    const tree = await addSkill(store, 'pdf');
    mkdirSync(join(dir(), 'project/skills.lock.json'), { recursive: true });
    const change = {
      index: (index: Parameters<typeof withEntry>[0]) => withEntry(index, entry('pdf', '1.0.0')),
      files: [{ path: join(dir(), 'project/skills.lock.json'), content: 'new' }],
      places: [{ path: join(dir(), 'project/.agents/skills/pdf'), kind: 'copy' as const, tree }],
    };
    await expectError(store.commit(change), 'ERR_IO', /cannot read .*skills\.lock\.json/);
    expect(store.index.entries).deep.equal([]);
    expect(readdirSync(join(dir(), 'project'))).deep.equal(['skills.lock.json']);
  });

  /** Root on Linux can mount a small file system; anyone else gets a folder that cannot be written. */
  async function onSmallDisk(work: (root: string, isFull: boolean) => Promise<void>): Promise<void> {
    const root = join(dir(), 'small');
    mkdirSync(root);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root]).status === 0;
    try {
      await work(root, mounted);
    } finally {
      chmodSync(root, 0o755);
      if (mounted) expect(spawnSync('umount', [root]).status).equal(0);
    }
  }

  function refuse(root: string, isFull: boolean): void {
    if (!isFull) {
      chmodSync(root, 0o555);
      return;
    }
    const filler = join(root, 'filler');
    for (let size = 4096; ; ) {
      try {
        writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
      } catch {
        return;
      }
    }
  }

  it('a full disk under the project loses nothing, and the change works when repeated with space', async () => {
    const store = await openStore(join(dir(), 'home'));
    const [one, two] = [await addSkill(store, 'pdf', '1.0.0'), await addSkill(store, 'pdf', '2.0.0')];
    await onSmallDisk(async (root, isFull) => {
      const changeTo = (tree: typeof one) => ({
        index: () => ({ installedSkills: [entry('pdf', tree.version)] }),
        files: [{ path: join(root, 'skills.lock.json'), content: tree.version }],
        places: [{ path: join(root, '.agents/skills/pdf'), kind: 'copy' as const, tree }],
      });
      await store.commit(changeTo(one));
      refuse(root, isFull);
      const error = await expectError(
        store.commit(changeTo(two)),
        'ERR_IO',
        /the change was not made: .*(space|permission)/,
      );
      expect(error.hint).match(/nothing was changed/);
      expect(store.index.entries[0]?.version).equal('1.0.0');
      expect(readFileSync(join(root, 'skills.lock.json'), 'utf8')).equal('1.0.0');
      expect(readFiles(join(root, '.agents/skills/pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
      expect(leftovers(root, store.home)).deep.equal([]);
      chmodSync(root, 0o755);
      if (isFull) writeFileSync(join(root, 'filler'), '');
      await store.commit(changeTo(two));
      expect(readFiles(join(root, '.agents/skills/pdf'))).deep.equal(skillFiles('pdf', '2.0.0'));
    });
  });

  it('takes everything back when a place cannot be swapped at the very end', async () => {
    const store = await openStore(join(dir(), 'home'));
    const [one, two] = [await addSkill(store, 'pdf', '1.0.0'), await addSkill(store, 'pdf', '2.0.0')];
    const other = await addSkill(store, 'other', '1.0.0');
    const skills = join(dir(), 'project/.agents/skills');
    const changeTo = (tree: typeof one) => ({
      index: () => ({ installedSkills: [entry('pdf', tree.version)] }),
      files: [{ path: join(dir(), 'project/skills.lock.json'), content: tree.version }],
      places: [
        { path: join(skills, 'a-first'), kind: 'link' as const, target: tree.version, ours: true },
        { path: join(skills, 'pdf'), kind: 'copy' as const, tree, was: one.contentDigest },
      ],
    });
    await store.commit(changeTo(one));
    // A folder that is a mount point can be read and written, and not be renamed.
    const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', join(skills, 'pdf')]).status === 0;
    if (mounted) writeFiles(join(skills, 'pdf'), skillFiles('pdf', '1.0.0'));
    else chmodSync(skills, 0o555);
    try {
      await expectError(store.commit(changeTo(two)), 'ERR_IO', /the change was not made/);
    } finally {
      if (mounted) expect(spawnSync('umount', [join(skills, 'pdf')]).status).equal(0);
      else chmodSync(skills, 0o755);
    }
    expect(store.index.entries[0]?.version).equal('1.0.0');
    expect(readFileSync(join(dir(), 'project/skills.lock.json'), 'utf8')).equal('1.0.0');
    expect(readlinkSync(join(skills, 'a-first'))).equal('1.0.0');
    expect(readFiles(join(skills, 'pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
    expect(readdirSync(store.paths.journal)).deep.equal([]);
    expect(leftovers(dir())).deep.equal([]);
    await store.commit({ ...changeTo(two), index: (index) => withEntry(index, entry('other', other.version)) });
    expect(readFiles(join(skills, 'pdf'))).deep.equal(skillFiles('pdf', '2.0.0'));
  });

  it('a full disk under the store loses nothing either', async () => {
    await onSmallDisk(async (root, isFull) => {
      const store = await openStore(join(root, 'home'));
      const tree = await addSkill(store, 'pdf');
      refuse(isFull ? root : store.home, isFull);
      await expectError(addSkill(store, 'xls'), 'ERR_IO', /cannot store xls\/1\.0\.0: .*(space|permission)/);
      const place = join(dir(), 'project/.agents/skills/pdf');
      const change = {
        index: () => ({ installedSkills: [entry('pdf', '1.0.0')] }),
        places: [{ path: place, kind: 'copy' as const, tree }],
      };
      await expectError(store.commit(change), 'ERR_IO', /the change was not made/);
      expect(existsSync(join(dir(), 'project'))).equal(false);
      expect(store.index.entries).deep.equal([]);
      expect(store.findTree(tree)).deep.equal(tree);
      chmodSync(store.home, 0o755);
      if (isFull) writeFileSync(join(root, 'filler'), '');
      await store.commit(change);
      expect(readFiles(place)).deep.equal(skillFiles('pdf', '1.0.0'));
      await addSkill(store, 'xls');
    });
  });
});

describe('store: locks that cannot be taken', () => {
  const refused: readonly (readonly [string, (locks: string) => void])[] = [
    ['their folder is a file', (locks) => writeFileSync(locks, '')],
    [
      'each is a folder',
      (locks) => mkdirSync(join(locks, digestHex(sha256('/project')).slice(0, 32)), { recursive: true }),
    ],
  ];
  for (const [what, spoil] of refused) {
    it(`say where the store may move to: ${what}`, async () => {
      const home = join(dir(), 'home');
      const store = await openStore(home);
      mkdirSync(dirname(store.paths.locks), { recursive: true });
      spoil(store.paths.locks);
      const lock = store.lock('/project', async () => expect.fail('it worked without the lock'));
      const error = await expectError(lock, 'ERR_IO', /cannot work in the store .*home: /);
      expect(error.hint).to.include('SKILLS_HOME');
    });
  }

  it('say so too where the store is below a file', async () => {
    writeFileSync(join(dir(), 'file'), '');
    const opened = openStore(join(dir(), 'file/home')).then((store) => store.lock('/project', async () => {}));
    expect((await expectError(opened, 'ERR_IO', /cannot (?:open|work in) the store/)).hint).to.include('SKILLS_HOME');
  });

  it('are given back where their holder cannot be written down', async () => {
    const store = await openStore(join(dir(), 'home'));
    const holder = join(store.paths.locks, `${digestHex(sha256('/project')).slice(0, 32)}.pid`);
    mkdirSync(holder, { recursive: true });
    await expectError(
      store.lock('/project', async () => {}),
      'ERR_IO',
      /cannot work in the store/,
    );
    rmdirSync(holder);
    expect(await store.lock('/project', async () => 'done', { patience: 50 })).to.equal('done');
  });

  it('are taken no more after an abort', async () => {
    const store = await openStore(join(dir(), 'home'));
    await store.lock('/project', async () => {
      const lock = store.lock('/project', async () => {}, { signal: AbortSignal.abort() });
      await expectError(lock, 'ERR_INTERRUPTED', /Stopped/);
    });
  });

  it('leave the errors of the work as they are', async () => {
    const store = await openStore(join(dir(), 'home'));
    const mine = new Error('mine');
    const failure = await store.lock('/project', () => Promise.reject(mine)).catch((error: unknown) => error);
    expect(failure).to.equal(mine);
  });
});

describe('store: locks', () => {
  it('let one at a time work under a key, and others under other keys; commit works inside', async () => {
    const store = await openStore(join(dir(), 'home'));
    const order: string[] = [];
    const work = (key: string, name: string) =>
      store.lock(key, async () => {
        order.push(`${name} begins`);
        await store.commit({ files: [{ path: join(dir(), name), content: name }] });
        order.push(`${name} ends`);
      });
    await Promise.all([work('/project', 'a'), work('/project', 'b')]);
    expect(order.map((line) => line.split(' ')[1])).deep.equal(['begins', 'ends', 'begins', 'ends']);
    await store.lock('/project', () => work('/other', 'c'));
    expect(readFiles(dir())).include({ a: 'a', b: 'b', c: 'c' });
  });

  it('gives up with ERR_BUSY when somebody works for too long', async () => {
    const store = await openStore(dir());
    await store.lock('/project', async () => {
      await expectError(
        store.lock('/project', async () => {}, { patience: 20 }),
        'ERR_BUSY',
        new RegExp(`process ${process.pid} `),
      );
    });
  });
});
