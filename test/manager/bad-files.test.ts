import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ErrorCode } from '../../src/core/index.ts';
import type { SkillManager } from '../../src/manager/index.ts';
import { openStore } from '../../src/store/index.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

const conflict = '{\n<<<<<<< HEAD\n  "skills": []\n=======\n  "skills": [1]\n>>>>>>> theirs\n}\n';

/** Name, content of the file, code, and what the message says: the place among it. */
const files: readonly [string, string, string, ErrorCode, RegExp][] = [
  [
    'broken JSON',
    'skills.json',
    '{\n  "skills": [\n    {"name": "report",,}\n  ]\n}\n',
    'ERR_LOCK_INVALID',
    /skills\.json:3:23: /,
  ],
  ['a list', 'skills.json', '[]\n', 'ERR_LOCK_INVALID', /skills\.json:1:1: /],
  [
    'a wrong field',
    'skills.json',
    '{\n  "skills": [\n    {"name": 7}\n  ]\n}\n',
    'ERR_LOCK_INVALID',
    /skills\.json:3:\d+: .*name/,
  ],
  [
    'a source that is none',
    'skills.json',
    '{"skills": [{"name": "report", "source": "::"}]}\n',
    'ERR_LOCK_INVALID',
    /skills\.json:1:\d+: /,
  ],
  [
    'a merge conflict',
    'skills.json',
    conflict,
    'ERR_LOCK_INVALID',
    /skills\.json:2:1: a merge conflict is not resolved/,
  ],
  [
    'broken JSON',
    'skills.lock.json',
    '{"lockfileVersion": 1,\n "skills": [',
    'ERR_LOCK_INVALID',
    /skills\.lock\.json:2:\d+: /,
  ],
  [
    'a newer version',
    'skills.lock.json',
    '{"lockfileVersion": 99, "skills": []}',
    'ERR_LOCK_INVALID',
    /skills\.lock\.json:1:\d+: .*version 99/,
  ],
  [
    'a path that leads out',
    'skills.lock.json',
    '{"lockfileVersion": 1, "skills": [{"name": "report", "path": "../../x"}]}',
    'ERR_LOCK_INVALID',
    /skills\.lock\.json:1:\d+: /,
  ],
  ['a merge conflict', 'skills.lock.json', conflict, 'ERR_LOCK_INVALID', /skills\.lock\.json:2:1: a merge conflict/],
];

const verbs: Readonly<Record<string, (manager: SkillManager) => Promise<unknown>>> = {
  install: (manager) => manager.installAll(['report']),
  'install all': (manager) => manager.installAll(),
  'install --frozen': (manager) => manager.installAll([], { frozen: true }),
  update: (manager) => manager.updateAll(),
  uninstall: (manager) => manager.uninstall('report'),
  list: (manager) => manager.list(),
  load: (manager) => manager.load('report'),
};

describe('files that are broken', () => {
  let world: World;
  before(async () => {
    world = await makeWorld();
    await world.publish('report');
    await world.manager().installAll(['report']);
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [what, file, text, code, message] of files) {
    it(`${file} with ${what}: says where, changes nothing, and works when mended`, async () => {
      const path = join(world.project, file);
      const good = readFileSync(path, 'utf8');
      const before = readdirSync(world.project).sort();
      writeFileSync(path, text);
      try {
        for (const [verb, run] of Object.entries(verbs)) {
          // Listing and loading look at the lock alone where skills.json is fine, and the other way round they need both.
          const error = await expectError(run(world.manager()), code, message);
          expect(error.exitCode, verb).to.equal(8);
          expect(readFileSync(path, 'utf8'), `${verb} must not touch it`).to.equal(text);
        }
        expect(readdirSync(world.project).sort()).to.deep.equal(before);
      } finally {
        writeFileSync(path, good);
      }
      expect((await world.manager().installAll(['report'])).unchanged).to.have.length(1);
    });
  }

  for (const [what, text, message] of [
    ['broken JSON', '{\n  "registry": ,\n}', /config\.json:2:\d+: /],
    ['a list', '[]', /config\.json: it is not a JSON object/],
    ['a wrong type', '{"index": 7}', /config\.json: "index" is not a text/],
    ['a registry that is none', '{"registries": {"x": {"url": "::"}}}', /config\.json/],
  ] as const) {
    it(`config.json with ${what}: says what is wrong, and changes nothing`, async () => {
      const home = join(world.room, 'other-home');
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'config.json'), text);
      const manager = () => world.manager({ cacheDir: home });
      for (const run of [
        (one: SkillManager) => one.installAll(['report']),
        (one: SkillManager) => one.list(),
        (one: SkillManager) => one.config.set('index', 'https://x.example'),
        (one: SkillManager) => one.registries.add('x', 'example.com/x'),
      ]) {
        const error = await run(manager()).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.have.property('code').that.is.oneOf(['ERR_CONFIG_INVALID', 'ERR_FILE_INVALID']);
        expect((error as Error).message).to.match(message);
        expect(readFileSync(join(home, 'config.json'), 'utf8')).to.equal(text);
      }
      expect((await manager().doctor()).ok).to.equal(false);
      rmSync(home, { recursive: true });
    });
  }

  for (const [what, text] of [
    ['a text', '"bad"'],
    ['no JSON', '{"installedSkills": ['],
    ['entries that are none', '{"installedSkills": [7]}'],
  ] as const) {
    it(`index.json with ${what}: list -g, the store's list and doctor say so, and what to do`, async () => {
      const home = join(world.room, 'spoilt-home');
      mkdirSync(home);
      const file = join(home, 'index.json');
      writeFileSync(file, text);
      for (const options of [{ global: true, project: undefined }, { project: undefined }]) {
        const list = world.manager({ cacheDir: home, ...options }).list();
        expect((await expectError(list, 'ERR_FILE_INVALID', /index\.json/)).hint).to.contain('move it away');
      }
      const { ok, checks } = await world.manager({ cacheDir: home }).doctor();
      const check = checks.find(({ id }) => id === 'store');
      expect([ok, check?.status]).to.deep.equal([false, 'error']);
      expect(check?.detail).to.contain(file);
      expect(check?.hint).to.contain('move it away');
      rmSync(file);
      expect(await world.manager({ cacheDir: home, global: true, project: undefined }).list()).to.deep.equal([]);
      rmSync(home, { recursive: true });
    });
  }

  it('index.json that is broken does not stop an install for ever', async () => {
    const home = join(world.room, 'index-home');
    await world.manager({ cacheDir: home }).installAll(['report']);
    writeFileSync(join(home, 'index.json'), '{"installedSkills": [');
    const failure = await world
      .manager({ cacheDir: home, force: true } as object)
      .installAll(['report'], { force: true })
      .then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
    if (failure) expect(failure.message, 'it names the file').to.match(/index\.json/);
  });
});

describe('a disk that refuses', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`references/${index}.md`, `${index} `.repeat(8000)]),
    );
    await world.publish('report', { files });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  for (const which of ['store', 'project'] as const) {
    it(`full, under the ${which}: says so, leaves nothing half-done, and works when there is room`, async () => {
      const folder = which === 'store' ? world.home : world.project;
      mkdirSync(folder, { recursive: true });
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder]).status === 0;
      if (!mounted) {
        console.warn('      NOT RUN: a full disk needs a tmpfs mount, which is not allowed here');
        return;
      }
      try {
        const error = await expectError(world.manager().installAll(['report']), 'ERR_IO', /no space/);
        expect(error.exitCode).to.equal(1);
        expect(existsSync(join(world.project, 'skills.json'))).to.equal(false);
        expect(existsSync(join(world.project, '.agents/skills/report'))).to.equal(false);
        const store = await openStore(world.home);
        for (const tree of store.listTrees())
          expect(existsSync(join(tree.path, 'references/29.md')), 'a tree is whole').to.equal(true);
        execFileSync('mount', ['-o', 'remount,size=64m', folder]);
        await world.manager().installAll(['report']);
        expect(existsSync(join(world.project, '.agents/skills/report/references/29.md'))).to.equal(true);
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    });
  }

  it('read-only store: says so, reads all the same, and works when it can be written', async () => {
    await world.manager().installAll(['report']);
    await world.publish('tables');
    const mounted = spawnSync('mount', ['--bind', world.home, world.home]).status === 0;
    const readOnly = mounted && spawnSync('mount', ['-o', 'remount,bind,ro', world.home]).status === 0;
    if (!readOnly) {
      if (mounted) execFileSync('umount', ['-l', world.home]);
      console.warn('      NOT RUN: a read-only store needs a bind mount, which is not allowed here');
      return;
    }
    try {
      const error = await expectError(world.manager().installAll(['tables']), 'ERR_IO', /read-only/);
      expect(error.exitCode).to.equal(1);
      expect((await world.manager().list()).map(({ name }) => name)).to.deep.equal(['report']);
      expect((await world.manager().load('report')).name).to.equal('report');
      expect((await world.manager().doctor()).checks.find(({ id }) => id === 'store')?.status).to.equal('error');
      expect(JSON.parse(readFileSync(join(world.project, 'skills.json'), 'utf8')).skills).to.have.length(1);
    } finally {
      execFileSync('umount', ['-l', world.home]);
    }
    await world.manager().installAll(['tables']);
  });

  it('a project folder that may not be written is said so', async () => {
    if (process.getuid?.() === 0) {
      console.warn('      NOT RUN: root may write everywhere');
      return;
    }
    chmodSync(world.project, 0o555);
    await expectError(world.manager().installAll(['report']), 'ERR_IO', /permission/);
    chmodSync(world.project, 0o755);
    await world.manager().installAll(['report']);
  });
});

describe('an install that is interrupted', function () {
  this.timeout(120_000);

  it('is done or undone at 25 moments and more, says so, and works when repeated', async () => {
    await using world = await makeWorld();
    for (const name of ['tables', 'charts']) await world.publish(name, { files: { 'notes.md': name.repeat(20_000) } });
    await world.publish('report', { dependencies: { tables: '^1', charts: '^1' } });
    const clear = () => {
      const paths = ['.agents', 'skills.json', 'skills.lock.json'].map((path) => join(world.project, path));
      for (const path of [world.home, ...paths]) rmSync(path, { recursive: true, force: true });
    };
    // The first loads the code; the moments follow what the last whole install took, since they get faster.
    await world.manager().installAll(['report']);
    let whole = Number.POSITIVE_INFINITY;
    const installWhole = async () => {
      const started = performance.now();
      await world.manager().installAll(['report']);
      whole = Math.min(whole, performance.now() - started);
    };
    clear();
    await installWhole();
    let stopped = 0;
    // On a busy machine a timer comes late, and the install is done: then there are more rounds, up to a hundred.
    for (let round = 0; round < 25 || (stopped <= 8 && round < 100); round++) {
      clear();
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), whole * 0.8 * ((round * 0.618) % 1));
      const failure = await world
        .manager({ signal: abort.signal })
        .installAll(['report'])
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      clearTimeout(timer);
      const placed = existsSync(join(world.project, '.agents/skills'))
        ? readdirSync(join(world.project, '.agents/skills')).sort()
        : [];
      if (failure === undefined) expect(placed, `round ${round}`).to.deep.equal(['charts', 'report', 'tables']);
      else {
        stopped++;
        expect(failure, `round ${round}`).to.have.property('code', 'ERR_INTERRUPTED');
        expect(failure).to.have.property('exitCode', 130);
        expect(placed, `round ${round}`).to.deep.equal([]);
        expect(existsSync(join(world.project, 'skills.json')), `round ${round}`).to.equal(false);
        await world.manager().installAll(['report']);
        expect(existsSync(join(world.project, '.agents/skills/report/SKILL.md')), `round ${round}`).to.equal(true);
      }
    }
    expect(stopped, 'rounds that were stopped in time').to.be.greaterThan(8);
  });

  it('says so before it begins, and while it waits for another process', async () => {
    await using world = await makeWorld();
    await world.publish('report');
    await expectError(
      world.manager({ signal: AbortSignal.abort() }).installAll(['report']),
      'ERR_INTERRUPTED',
      /Stopped/,
    );
    expect(readdirSync(world.project)).to.deep.equal([]);
    const store = await openStore(world.home);
    await store.lock(world.project, async () => {
      await expectError(
        world.manager({ signal: AbortSignal.timeout(50) }).installAll(['report']),
        'ERR_INTERRUPTED',
        /Stopped/,
      );
    });
    await world.manager().installAll(['report']);
  });
});
