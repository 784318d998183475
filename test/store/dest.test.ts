import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { fillDest, openStore, readDest, type Store, type StoredTree } from '../../src/store/index.ts';
import { addSkill, expectError, readFiles, skillFiles, unpacking, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const dest = () => join(dir(), 'dest');

async function trees(): Promise<{ store: Store; pdf: StoredTree; pdf2: StoredTree; xls: StoredTree }> {
  const store = await openStore(join(dir(), 'home'));
  const [pdf, pdf2] = [await addSkill(store, 'pdf', '1.0.0'), await addSkill(store, 'pdf', '2.0.0')];
  return { store, pdf, pdf2, xls: await addSkill(store, 'xls', '1.0.0') };
}

describe('store: filling a plain folder', () => {
  it('adds, keeps, replaces and removes, and lists what is ours', async () => {
    const { pdf, pdf2, xls } = await trees();
    expect(await fillDest(dest(), [xls, pdf])).deep.equal({
      added: ['xls', 'pdf'],
      replaced: [],
      removed: [],
      unchanged: [],
    });
    expect(readFiles(join(dest(), 'pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
    expect(statSync(join(dest(), 'pdf/scripts/run.sh')).mode & 0o777).equal(0o755);
    expect(readDest(dest())).deep.equal([
      { name: 'pdf', version: '1.0.0', contentDigest: pdf.contentDigest },
      { name: 'xls', version: '1.0.0', contentDigest: xls.contentDigest },
    ]);
    expect(await fillDest(dest(), [xls, pdf2])).deep.equal({
      added: [],
      replaced: ['pdf'],
      removed: [],
      unchanged: ['xls'],
    });
    expect(readFiles(join(dest(), 'pdf'))).deep.equal(skillFiles('pdf', '2.0.0'));
    expect(await fillDest(dest(), [pdf2])).deep.equal({
      added: [],
      replaced: [],
      removed: ['xls'],
      unchanged: ['pdf'],
    });
    expect(readdirSync(dest()).sort()).deep.equal(['.skills', 'pdf']);
    expect(readdirSync(join(dest(), '.skills/staging'))).deep.equal([]);
  });

  it('hashes what is there: what was altered or lost is made good', async () => {
    const { pdf, xls } = await trees();
    await fillDest(dest(), [pdf, xls]);
    appendFileSync(join(dest(), 'pdf/SKILL.md'), 'altered');
    chmodSync(join(dest(), 'xls/scripts/run.sh'), 0o644);
    expect((await fillDest(dest(), [pdf, xls])).replaced).deep.equal(['pdf', 'xls']);
    rmSync(join(dest(), 'pdf'), { recursive: true });
    expect((await fillDest(dest(), [pdf, xls])).added).deep.equal(['pdf']);
    expect(readFiles(join(dest(), 'pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
  });

  it('leaves what is not ours alone, and stops where it is in the way', async () => {
    const { pdf, xls } = await trees();
    writeFiles(dest(), { 'README.md': 'theirs', 'pdf/SKILL.md': 'theirs' });
    const error = await expectError(fillDest(dest(), [xls, pdf]), 'ERR_NOT_OURS', /dest\/pdf was not installed/);
    expect(error.exitCode).equal(4);
    expect(existsSync(join(dest(), 'xls')), 'nothing of it is made').equal(false);
    await fillDest(dest(), [xls]);
    await fillDest(dest(), []);
    expect(readFiles(dest())['README.md']).equal('theirs');
    expect(readFiles(dest())['pdf/SKILL.md']).equal('theirs');
    expect(existsSync(join(dest(), 'xls'))).equal(false);
  });

  it('refuses two skills of one last name', async () => {
    const { store, pdf } = await trees();
    const scoped = await store.addTree(
      { name: 'pdf', scope: '@acme', version: '3.0.0' },
      unpacking({ 'SKILL.md': '' }),
    );
    const error = await expectError(
      fillDest(dest(), [pdf, scoped]),
      'ERR_CONFLICT',
      /pdf@1\.0\.0 and @acme\/pdf@3\.0\.0/,
    );
    expect(error.exitCode).equal(4);
    expect(existsSync(dest())).equal(false);
  });

  it('refuses a tree that was altered in the store', async () => {
    const { pdf, xls } = await trees();
    await fillDest(dest(), [xls]);
    chmodSync(join(pdf.path, 'SKILL.md'), 0o644);
    appendFileSync(join(pdf.path, 'SKILL.md'), 'altered');
    const error = await expectError(fillDest(dest(), [pdf]), 'ERR_DIGEST_MISMATCH', /pdf\/1\.0\.0 holds sha256:/);
    expect(error.exitCode).equal(7);
    expect(readdirSync(dest()).sort()).deep.equal(['.skills', 'xls']);
  });

  for (const text of ['{', '[]', '{"skills":{}}', '{"skills":[{"name":"../home"}]}', '{"skills":[null]}', 'null']) {
    it(`touches nothing where its list is ${text}`, async () => {
      const { pdf } = await trees();
      writeFiles(dest(), { '.skills/installed.json': text });
      await expectError(fillDest(dest(), [pdf]), 'ERR_FILE_INVALID', /installed\.json/);
      expect(readdirSync(dest())).deep.equal(['.skills']);
      expect(existsSync(join(dir(), 'home/pdf/1.0.0'))).equal(true);
    });
  }

  it('says ERR_IO where the folder cannot be made', async () => {
    const { pdf } = await trees();
    writeFileSync(dest(), 'a file');
    await expectError(fillDest(dest(), [pdf]), 'ERR_IO', /cannot fill/);
  });

  it('is whole after any kill, and complete after the next fill', async function () {
    this.timeout(120_000);
    const { pdf, pdf2, xls } = await trees();
    const filler = fileURLToPath(new URL('./children/filler.ts', import.meta.url));
    for (let round = 0; round < 12; round++) {
      const child: ChildProcess = spawn(process.execPath, [filler, join(dir(), 'home'), dest()], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await sleep(Math.random() * 80);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const seen = existsSync(join(dest(), 'pdf')) ? readFiles(join(dest(), 'pdf')) : undefined;
      const version = /version (\S+)/.exec(seen?.['SKILL.md'] ?? '')?.[1] ?? '';
      if (seen) expect(seen).deep.equal(skillFiles('pdf', version));
      await fillDest(dest(), round % 2 ? [pdf, xls] : [pdf2]);
      expect(readFiles(join(dest(), 'pdf'))).deep.equal(skillFiles('pdf', round % 2 ? '1.0.0' : '2.0.0'));
      expect(readdirSync(dest()).sort()).deep.equal(round % 2 ? ['.skills', 'pdf', 'xls'] : ['.skills', 'pdf']);
      expect(readdirSync(join(dest(), '.skills/staging'))).deep.equal([]);
      expect(readFileSync(join(dest(), '.skills/installed.json'), 'utf8')).match(/"lockfileVersion": 1/);
    }
  });
});
