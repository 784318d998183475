import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectError } from '../manager/expect-error.ts';
import { makeWorld, type World } from '../manager/world.ts';
import {
  breakAfter,
  closeServers,
  reply,
  type Script,
  type ScriptedServer,
  startScripted,
} from '../oci/support/scripted-server.ts';

describe('install from a URL, a package file or a folder', () => {
  let world: World;
  const temporary = process.env.TMPDIR;
  beforeEach(async () => {
    world = await makeWorld();
    // A folder of its own for temporary files: others' files there would look like what was left behind.
    process.env.TMPDIR = join(world.room, 'tmp');
    mkdirSync(process.env.TMPDIR);
  });
  afterEach(async () => {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await closeServers();
    await world[Symbol.asyncDispose]();
  });

  const inProject = (...path: string[]) => join(world.project, ...path);
  const locked = () => JSON.parse(readFileSync(inProject('skills.lock.json'), 'utf8')).otherSkills[0];
  const packed = async (format: 'spm' | 'zip' = 'spm', body = 'one') => {
    const folder = world.skill('report', { files: { 'notes.md': body, 'scripts/run.sh': '#!/bin/sh\n' } });
    const { file = '' } = await world.manager().pack(folder, { output: world.room, format });
    return readFileSync(file);
  };
  const serve = (script: Script | ((url: string) => Script)): Promise<ScriptedServer> => startScripted(script);

  for (const [format, path] of [
    ['spm', '/report-1.0.0.spm'],
    ['spm', '/a/report.tgz'],
    ['zip', '/report.zip'],
  ] as const) {
    it(`installs ${path}, pins its content, and does nothing the second time`, async () => {
      const server = await serve({ [`GET ${path}`]: reply(200, {}, await packed(format)) });
      await world.manager().installAll([`${server.url}${path}`]);
      expect(readFileSync(inProject('.agents/skills/report/notes.md'), 'utf8')).to.equal('one');
      expect(locked().source).to.include({ type: 'url', spec: `${server.url}${path}` });
      expect(locked().contentDigest).to.match(/^sha256:/);
      await server.close();
      const again = await world.manager().installAll([`${server.url}${path}`]);
      expect(again.unchanged.map(({ name }) => name)).to.deep.equal(['report']);
    });
  }

  it('refuses other content than the lock pins, and keeps what is there', async () => {
    const [one, two] = [await packed('spm', 'one'), await packed('spm', 'two')];
    const server = await serve({ 'GET /report.spm': [reply(200, {}, one), reply(200, {}, two)] });
    await world.manager().installAll([`${server.url}/report.spm`]);
    rmSync(world.home, { recursive: true });
    const error = await expectError(
      world.manager().installAll([], { frozen: true }),
      'ERR_DIGEST_MISMATCH',
      /its source holds sha256:.*the lock pins sha256:/,
    );
    expect(error.exitCode).to.equal(7);
    expect(readFileSync(inProject('.agents/skills/report/notes.md'), 'utf8')).to.equal('one');
    await world.manager().updateAll(['report']);
    expect(readFileSync(inProject('.agents/skills/report/notes.md'), 'utf8')).to.equal('two');
  });

  it('follows redirects, though never to plain http elsewhere, and not for ever', async () => {
    const body = await packed();
    const server = await serve((url) => ({
      'GET /report.spm': reply(302, { location: '/moved.spm' }),
      'GET /moved.spm': reply(200, {}, body),
      'GET /loop.spm': reply(302, { location: `${url}/loop.spm` }),
      'GET /out.spm': reply(302, { location: 'http://example.com/report.spm' }),
    }));
    await world.manager().installAll([`${server.url}/report.spm`]);
    await expectError(world.manager().installAll([`${server.url}/loop.spm`]), 'ERR_NETWORK', /302/);
    await expectError(world.manager().installAll([`${server.url}/out.spm`]), 'ERR_INSECURE', /example\.com/);
    await expectError(world.manager().installAll(['http://example.com/report.spm']), 'ERR_INSECURE', /only https/);
  });

  for (const [status, code, exit] of [
    [401, 'ERR_UNAUTHORISED', 6],
    [403, 'ERR_UNAUTHORISED', 6],
    [404, 'ERR_NOT_FOUND', 3],
    [429, 'ERR_RATE_LIMITED', 5],
    [500, 'ERR_NETWORK', 5],
  ] as const) {
    it(`answers ${status} with ${code}`, async () => {
      const server = await serve({ GET: reply(status, {}, 'no') });
      const error = await expectError(
        world.manager().installAll([`${server.url}/report.spm`]),
        code,
        new RegExp(String(status)),
      );
      expect(error.exitCode).to.equal(exit);
      nothingLeft();
    });
  }

  it('takes no HTML page, no half download and no server that is gone for a package', async () => {
    const body = await packed();
    const server = await serve({
      'GET /html.spm': reply(200, { 'content-type': 'text/html' }, '<html>log in</html>'),
      'GET /half.spm': breakAfter(body, 100),
    });
    await expectError(
      world.manager().installAll([`${server.url}/html.spm`]),
      'ERR_FILE_INVALID',
      /^http:.*\/html\.spm is neither a tar/,
    );
    await expectError(
      world.manager().installAll([`${server.url}/half.spm`]),
      'ERR_NETWORK',
      /half\.spm could not be fetched/,
    );
    await server.close();
    await expectError(world.manager().installAll([`${server.url}/report.spm`]), 'ERR_NETWORK', /could not be fetched/);
    nothingLeft();
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const server = await serve({ GET: () => setTimeout(() => abort.abort(), 20) });
    await expectError(
      world.manager({ signal: abort.signal }).installAll([`${server.url}/report.spm`]),
      'ERR_INTERRUPTED',
      /Stopped/,
    );
    nothingLeft();
  });

  it('takes a folder again when it changed, and names what is not there', async () => {
    const folder = world.skill('report', { files: { 'notes.md': 'one' } });
    await world.manager().installAll([folder]);
    world.skill('report', { files: { 'notes.md': 'two' } });
    await world.publish('tables');
    await world.manager().installAll(['tables']);
    expect(
      readFileSync(inProject('.agents/skills/report/notes.md'), 'utf8'),
      'another install does not move it',
    ).to.equal('one');
    world.skill('report', { files: { 'notes.md': 'two' } });
    const { updated } = await world.manager().installAll([folder]);
    expect(updated.map(({ name }) => name)).to.deep.equal(['report']);
    expect(readFileSync(inProject('.agents/skills/report/notes.md'), 'utf8')).to.equal('two');
    await expectError(
      world.manager().installAll([join(world.room, 'nowhere')]),
      'ERR_NOT_FOUND',
      /nowhere is not there/,
    );
    await expectError(
      world.manager().installAll([join(world.room, 'nowhere.spm')]),
      'ERR_NOT_FOUND',
      /nowhere\.spm is not there/,
    );
    await expectError(
      world.manager().installAll([`oci-layout:${join(world.room, 'nowhere')}:1.0.0`]),
      'ERR_NOT_FOUND',
      /nowhere|1\.0\.0/,
    );
    await expectError(world.manager().installAll([world.project]), 'ERR_SKILL_INVALID', /SKILL\.md|description/);
  });

  it('keeps paths relative to the project, wherever it was called from', async () => {
    world.skill('report');
    await world.manager().installAll(['./skills/report']);
    expect(JSON.parse(readFileSync(inProject('skills.json'), 'utf8')).skills[0].source).to.match(
      /^\.\.\/skills\/report$|^\/.*skills\/report$/,
    );
    rmSync(world.home, { recursive: true });
    await world.manager({ cwd: '/' }).installAll([], { frozen: true });
  });

  it('allows only the kinds of source that the policy allows', async () => {
    const manager = world.manager({ policy: { allow: ['oci'] } });
    await expectError(manager.installAll([world.skill('report')]), 'ERR_USAGE', /policy.*folder/);
    await world.publish('tables');
    await manager.installAll(['tables']);
  });

  function nothingLeft(): void {
    expect(existsSync(inProject('skills.json'))).to.equal(false);
    expect(existsSync(inProject('.agents'))).to.equal(false);
    expect(readdirSync(tmpdir()).filter((name) => /^skills-url-/.test(name))).to.deep.equal([]);
  }
});
