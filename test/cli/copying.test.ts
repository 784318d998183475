import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { openLayout } from '../../src/oci/index.ts';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { Room } from './support/room.ts';
import { skills } from './support/run.ts';

describe('commands that copy', function () {
  this.timeout(60_000);
  let room: Room;
  let server: RegistryServer;
  let other: RegistryServer;
  let team: string;
  const run = (...words: string[]) => skills(words, room.options);
  const printed = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(...words);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const document = async (name: OutputName, ...words: string[]) => {
    const read = outputSchemas[name].safeParse(JSON.parse(await printed(...words, '--json')));
    expect(read.error?.issues, name).to.equal(undefined);
    return read.data as Record<string, unknown>;
  };

  before(async () => {
    room = new Room();
    server = await serveRegistry({ dir: join(room.path, 'registry') });
    other = await serveRegistry({ dir: join(room.path, 'other') });
    team = `${server.host}/team`;
    for (const name of ['pdf', 'csv']) {
      await printed('push', room.writeSkill(name, { version: '1.0.0' }), `${team}/${name}:1.0.0`);
    }
    await printed('attach', `${team}/pdf:1.0.0`, 'skills.json', '--artifact-type', 'application/x-note');
  });
  after(async () => {
    await server.close();
    await other.close();
    room[Symbol.dispose]();
  });

  it('copy: what was sent, and that nothing was the next time; the reference alone with --quiet', async () => {
    const to = `${other.host}/a/pdf`;
    expect(await printed('copy', '-r', `${team}/pdf:1.0.0`, to)).to.match(
      /^Copied to \S+\/a\/pdf:1\.0\.0\nfrom +\S+\ndigest +sha256:\S+\ntags +1\.0\.0\nsent +2 manifests and \d blobs, /,
    );
    expect(await printed('cp', '-r', `${team}/pdf:1.0.0`, to))
      .to.match(/^Already there: /)
      .and.match(/2 there already/);
    expect(await printed('copy', `${team}/pdf:1.0.0`, `${to}:stable`, '-q')).to.equal(`${to}:stable\n`);
    expect(await printed('discover', `${to}:1.0.0`)).to.contain('application/x-note');
    const report = await document('copy', 'copy', `${team}/pdf:1.0.0`, 'oci-layout:x.tar', '-t', 'latest');
    expect(report.tags).to.deep.equal(['1.0.0', 'latest']);
    expect(await document('copy', 'copy', '--all-tags', `${to}`, 'oci-layout:all.tar')).not.to.have.property('digest');
    const missing = await run('copy', `${team}/pdf:9.9.9`, to);
    expect([missing.code, missing.stdout]).to.deep.equal([3, '']);
    expect(missing.stderr).to.contain('source:');
  });

  it('a layout in a tar is pulled, inspected and installed', async () => {
    await printed('copy', '-r', `${team}/pdf:1.0.0`, 'oci-layout:one.tar');
    expect(await printed('inspect', 'oci-layout:one.tar:1.0.0')).to.contain('pdf 1.0.0');
    expect(await printed('tags', 'oci-layout:one.tar', '-q')).to.equal('1.0.0\n');
    expect(await printed('resolve', 'oci-layout:one.tar:1.0.0')).to.contain('sha256:');
    await printed('install', 'oci-layout:one.tar:1.0.0');
    expect(existsSync(join(room.project, '.agents', 'skills', 'pdf', 'SKILL.md'))).to.equal(true);
    await printed('uninstall', 'pdf');
  });

  it('bundle save and load, through a registry and through the store', async () => {
    expect(await printed('bundle', 'save', 'b.tar', `${team}/pdf:1.0.0`, `${team}/csv`)).to.match(
      /^SKILL {2}VERSION {2}NAME IN THE BUNDLE\ncsv +1\.0\.0 +\S+\/team\/csv:1\.0\.0\npdf .*\nSaved 2 skills to \S+b\.tar \(/,
    );
    const saved = await document('bundle:save', 'bundle', 'save', 'b.tar', `${team}/pdf:1.0.0`);
    expect(saved.skills).to.have.length(1);
    expect(await printed('bundle', 'load', 'b.tar', '--to', `${other.host}/x`, '--dry-run')).to.contain(
      'Would load 1 tag',
    );
    const to = `${other.host}/x`;
    expect(await printed('bundle', 'load', 'b.tar', '--to', to, '-q')).to.equal(`${to}/pdf:1.0.0\n`);
    expect((await document('bundle:load', 'bundle', 'load', 'b.tar', '--to', to)).repositories).to.have.length(1);
    expect(await printed('bundle', 'load', 'b.tar')).to.match(
      /^NEW {2}SAME {2}FAILED {2}REPOSITORY\n0 +1 +0 +\S+\/team\/pdf\n/,
    );
    await printed('install', '--offline', '--registry', team, 'pdf');
    await printed('uninstall', 'pdf');
  });

  it('mirror: a table, and a code for what failed', async () => {
    const to = `${other.host}/mirror`;
    expect(await printed('mirror', team, to, '--filter', 'p*')).to.match(
      /^NEW {2}SAME {2}FAILED {2}REPOSITORY\n1 +0 +0 +\S+\/team\/pdf\nCopied 1 tag of 1 repository to \S+\/mirror\nSent: 2 manifests/,
    );
    const report = await document('mirror', 'mirror', team, to, '--dry-run');
    expect(report).to.include({ dryRun: true });
    const layout = openLayout(join(room.path, 'registry', 'team', 'csv'));
    const { digest } = await layout.resolve('1.0.0');
    rmSync(layout.pathOf(digest));
    const failed = await run('mirror', team, `${other.host}/second`);
    expect(failed.code).to.equal(3);
    expect(failed.stdout)
      .to.match(/\n1 +0 +0 +\S+\/team\/pdf\n/)
      .and.match(/ERR_(?:NOT_FOUND|BLOB_UNKNOWN) \S+\/team\/csv:1\.0\.0: /);
  });
});
