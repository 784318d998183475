import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolder } from '../../src/core/index.ts';

describe('making folders', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-folder-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  it('makes all that are missing, and leaves what is there', () => {
    makeFolder(join(room, 'a/b/c'));
    makeFolder(join(room, 'a/b/c'));
    expect(existsSync(join(room, 'a/b/c'))).to.equal(true);
  });

  it('says so where a file has the name, or stands above', () => {
    writeFileSync(join(room, 'file'), '');
    expect(() => makeFolder(join(room, 'file')))
      .to.throw()
      .with.property('code', 'EEXIST');
    expect(() => makeFolder(join(room, 'file/below')))
      .to.throw()
      .with.property('code', 'ENOTDIR');
  });

  it('loses no race: processes that make the same folders at once all have them', async function () {
    this.timeout(60_000);
    const module = new URL('../../src/core/files/folder.ts', import.meta.url).href;
    const program = `import { makeFolder } from '${module}'; process.stdin.once('data', () => {
      for (let round = 0; round < 300; round++) makeFolder(process.argv[1] + '/' + round + '/a/b/c/d');
      process.exit(0);
    }); process.stdout.write('ready');`;
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program, room]),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const exits = children.map((child) => once(child, 'exit'));
    for (const child of children) child.stdin.write('go');
    for (const exit of exits) expect((await exit)[0]).to.equal(0);
  });

  it('ends where the file system refuses although the parent is there', function () {
    if (!existsSync('/proc/self')) return;
    this.timeout(15_000);
    // In a process of its own: the defect that this guards against never came back.
    const module = new URL('../../src/core/files/folder.ts', import.meta.url).href;
    const program = `import { makeFolder } from '${module}'; try { makeFolder('/proc/nowhere/below'); } catch (e) { console.log(e.code); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 10_000,
      encoding: 'utf8',
    });
    expect(stdout.trim()).to.equal('ENOENT');
  });
});
