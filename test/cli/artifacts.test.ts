import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { closeServers, reply, startScripted } from '../oci/support/scripted-server.ts';
import { Room } from './support/room.ts';
import { skills } from './support/run.ts';

describe('commands for what is in a registry', function () {
  this.timeout(60_000);
  let room: Room;
  let server: RegistryServer;
  let repository: string;
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
    repository = `${server.host}/team/pdf`;
    for (const version of ['1.0.0', '1.1.0']) {
      const folder = room.writeSkill('pdf', { version, body: version });
      await printed('push', folder, `${repository}:${version}`);
    }
    writeFileSync(join(room.project, 'sbom.spdx.json'), '{"spdxVersion":"SPDX-2.3"}');
  });
  after(async () => {
    await server.close();
    room[Symbol.dispose]();
  });

  it('tag: what it added, moved and left, and the reference alone with --quiet', async () => {
    expect(await printed('tag', `${repository}:1.0.0`, 'latest', 'stable')).to.match(
      /^\+ latest\n\+ stable\nSet 2 tags of \S+\/team\/pdf@sha256:[0-9a-f]{64}\n$/,
    );
    expect(await printed('tag', `${repository}:1.1.0`, 'latest', '1')).to.match(
      /^~ latest {2}stood for sha256:\S+\n\+ 1\n/,
    );
    expect(await printed('tag', `${repository}:1.1.0`, 'latest', '-q')).to.match(/^\S+@sha256:\S+\n$/);
    expect(await document('tag', 'tag', `${repository}:1.1.0`, 'latest', '1')).to.have.property('tags');
    const refused = await run('tag', `${repository}:1.1.0`, '1.0.0');
    expect([refused.code, refused.stdout]).to.deep.equal([4, '']);
    expect(refused.stderr).to.contain('ERR_VERSION_EXISTS').and.contain('--force');
  });

  it('tags: a table, a tag a line with --quiet, and what a tag is called besides', async () => {
    expect(await printed('tags', repository)).to.equal(
      'TAG     STANDS FOR\n1.1.0\n1.0.0\nlatest  1.1.0\n1       1.1.0\nstable  1.0.0\n',
    );
    expect(await printed('tags', repository, '-q')).to.equal('1.1.0\n1.0.0\nlatest\n1\nstable\n');
    expect(await printed('tags', `${repository}:stable`, '-q')).to.equal('1.0.0\nstable\n');
    expect(await document('tags', 'tags', repository)).to.include({ reference: repository, hidden: 0 });
  });

  it('tags without a repository: that it needs one, and where its help is', async () => {
    const { code, stderr } = await run('tags');
    expect(code).to.equal(2);
    expect(stderr).to.contain('skills tags needs REPOSITORY').and.contain('skills tags --help');
  });

  it('resolve: one line that a script takes', async () => {
    const line = await printed('resolve', `${repository}:latest`);
    expect(line).to.match(/^\S+\/team\/pdf@sha256:[0-9a-f]{64}\n$/);
    expect(await printed('resolve', 'pdf@^1.0', '--registry', `${server.host}/team`)).to.equal(line);
    expect(await document('resolve', 'resolve', line.trim())).to.include({ reference: line.trim() });
    expect((await run('resolve', `${repository}:9.9.9`)).code).to.equal(3);
  });

  it('attach and discover: a tree, digests alone with --quiet, all of it with --json', async () => {
    const type = ['--artifact-type', 'application/spdx+json'];
    const attached = await printed(
      'attach',
      `${repository}:1.1.0`,
      ...type,
      'sbom.spdx.json',
      '-a',
      'com.example.by=ci',
    );
    expect(attached).to.match(/^Attached \S+@sha256:\S+\nto {4}\S+@sha256:\S+\ntype {2}application\/spdx\+json\n/);
    const [, sbom = ''] = /^Attached (\S+)/.exec(attached) ?? [];
    const note = (
      await printed('attach', sbom, '--artifact-type', 'application/vnd.acme.note', '-a', 'a=b=c', '-q')
    ).trim();
    const digestOf = (reference: string) => reference.slice(reference.indexOf('@') + 1);
    const tree = await printed('discover', `${repository}:1.1.0`);
    const root = (await printed('resolve', `${repository}:1.1.0`)).trim();
    expect(tree.split('\n').map((line) => line.replace(/ +/g, ' '))).to.deep.equal([
      `${repository} (skill)`,
      digestOf(root),
      `└─ SPDX SBOM ${digestOf(sbom)}`,
      ` └─ application/vnd.acme.note ${digestOf(note)}`,
      '',
    ]);
    expect(await printed('discover', `${repository}:1.1.0`, '-q')).to.equal(`${digestOf(sbom)}\n${digestOf(note)}\n`);
    const found = await document('discover', 'discover', `${repository}:1.1.0`, ...type);
    expect(found).to.have.nested.property('referrers[0].annotations').that.deep.equals({ 'com.example.by': 'ci' });
    expect(found).to.have.nested.property('referrers[0].referrers[0].annotations.a', 'b=c');
    expect(await document('attach', 'attach', sbom, ...type, 'sbom.spdx.json')).to.include({ subject: sbom });
  });

  it('discover --artifact-type: that nothing of that type is there, and no word of the others', async () => {
    const shown = await printed('discover', `${repository}:1.1.0`, '--artifact-type', 'application/x');
    expect(shown).to.match(/\nNothing of the type application\/x refers to it; others are not shown/);
    expect(shown).not.to.contain('no SBOM');
  });

  it('discover: that nothing is there', async () => {
    expect(await printed('discover', `${repository}:1.0.0`)).to.match(/\nNothing refers to it: no signature/);
    expect(await printed('discover', `${repository}:1.0.0`, '-q')).to.equal('');
  });

  it('attach: what is missing', async () => {
    const bare = await run('attach', `${repository}:1.1.0`, 'sbom.spdx.json');
    expect([bare.code, bare.stderr.includes('--artifact-type is needed')]).to.deep.equal([2, true]);
    const broken = await run('attach', `${repository}:1.1.0`, '--artifact-type', 'a/b', '-a', 'novalue');
    expect([broken.code, broken.stderr.includes('--annotation key=value')]).to.deep.equal([2, true]);
  });

  it('delete: asks, and so needs --yes where nobody can answer', async () => {
    const { code, stderr, stdout } = await run('delete', `${repository}:stable`);
    expect([code, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.contain('add --yes, or --dry-run');
    expect(await printed('delete', `${repository}:stable`, '-n')).to.match(
      /^Dry run, nothing was changed\. Would delete the tag/,
    );
    expect(await printed('tags', repository, '-q')).to.contain('stable');
  });

  it('delete: a tag alone, and a manifest with all that belongs to it', async () => {
    expect(await printed('delete', `${repository}:stable`, '-y')).to.match(
      /^Deleted the tag \S+:stable \(what it stands for, sha256:\S+, stays\)\n$/,
    );
    const alone = await document('delete', 'delete', `${repository}:1.1.0`, '-mn');
    expect(alone.referrers).to.deep.equal([]);
    expect(alone.remaining).to.have.length.above(0);
    expect(await printed('delete', `${repository}:1.1.0`, '-mn')).to.match(
      /\n\d manifests? refers? to it and stays?; with --recursive, what refers to it goes too\n$/,
    );
    const { referrers, tags } = await document('delete', 'delete', `${repository}:1.1.0`, '-mry');
    expect(referrers).to.have.length(3);
    expect(tags).to.deep.equal(['1', '1.1.0', 'latest']);
    expect(await printed('tags', repository, '-q')).to.equal('1.0.0\n');
    expect((await run('delete', `${repository}:1.1.0`, '-y')).code).to.equal(3);
  });

  it('inspect: what is no skill, by what its manifest names', async () => {
    const note = (
      await printed('attach', `${repository}:1.0.0`, '--artifact-type', 'application/spdx+json', 'sbom.spdx.json', '-q')
    ).trim();
    const { code, stdout, stderr } = await run('inspect', note);
    expect([code, stderr]).to.deep.equal([0, 'This is no skill: what its manifest names is shown\n']);
    expect(stdout)
      .to.match(/^kind +SPDX SBOM$/m)
      .and.to.match(/^belongs to +sha256:[0-9a-f]{64}$/m);
    expect(stdout).to.match(/^SIZE +NAME +LAYER +DIGEST\n26 B +sbom\.spdx\.json +application\/spdx\+json +sha256:/m);
    expect(await document('inspect', 'inspect', note)).to.include({ kind: 'other', role: 'sbom' });
    expect(await document('inspect', 'inspect', `${repository}:1.0.0`)).to.include({ kind: 'artifact' });
    await printed('delete', note, '-y');
  });

  it('doctor --registry: what the registry can do, by reading alone, and what more --write would tell', async () => {
    const { code, stdout, stderr } = await run('doctor', '--registry', `${server.host}/team`);
    expect([code, stderr]).to.deep.equal([
      0,
      `What it does with what is pushed: skills doctor --registry ${server.host}/team --write\n`,
    ]);
    expect(stdout).to.match(/^\S+\/team, by team\/pdf:\S+\n✓ Connection +plain http/);
    expect(stdout)
      .to.match(/^✓ Referrers API +there, and filters by artifact type$/m)
      .and.not.to.contain('Pushing');
    const read = (await document('doctor', 'doctor', '--registry', `${server.host}/team`)) as { wrote: boolean };
    expect(read.wrote).to.equal(false);
  });

  it('doctor --registry --write: what it does with what is pushed, and what stays', async () => {
    const stdout = await printed('doctor', '--registry', `${server.host}/team`, '--write');
    expect(stdout).to.match(/^✓ Uploads in chunks +in two requests$/m);
    expect(stdout).to.match(/^✓ Deleting manifests +manifests can be deleted$/m);
    expect(stdout).to.match(/^Left behind: the empty repository team\/skills-probe$/m);
    expect(await printed('tags', repository, '-q')).not.to.contain('probe');
  });

  it('doctor --registry: fails where a web server answers that is no registry', async () => {
    const page = reply(200, { 'content-type': 'text/html' }, '<!doctype html><title>Welcome</title>');
    const web = await startScripted({ 'GET /v2/': page });
    try {
      const { code, stdout } = await run('doctor', '--registry', `${web.host}/team`);
      expect(stdout).to.match(/^✗ Registry API +\S+ answered with a web page/m);
      expect(stdout).to.match(/^\? Login +not tried/m);
      expect(code).to.equal(1);
    } finally {
      await closeServers();
    }
  });

  it('doctor --registry --write: fails where nothing may be pushed', async () => {
    const fixed = await serveRegistry({ dir: join(room.path, 'registry'), readOnly: true });
    try {
      expect((await run('doctor', '--registry', `${fixed.host}/team`)).code).to.equal(0);
      const { code, stdout } = await run('doctor', '--registry', `${fixed.host}/team`, '--write');
      expect(stdout).to.match(/^[✗?] Pushing/m);
      expect(code).to.equal(1);
    } finally {
      await fixed.close();
    }
  });

  it('doctor --registry: a name that is configured; what is no registry; one that is not there', async () => {
    await printed('registry', 'add', 'acme', `${server.host}/team`);
    expect(await printed('doctor', '--registry', 'acme')).to.match(/^127\.0\.0\.1:\d+\/team, by /);
    expect((await run('doctor', '--registry', 'unheard-of')).code).to.equal(2);
    expect((await run('doctor', '--registry', '127.0.0.1:9/team')).code).to.equal(5);
    expect((await run('doctor', '--write')).stderr).to.contain('--registry');
  });

  it('all of them in a layout folder', async () => {
    const folder = join(room.project, 'layout');
    mkdirSync(folder);
    await printed('push', room.writeSkill('pdf', { version: '2.0.0' }), `oci-layout:${folder}:2.0.0`);
    await printed('tag', 'oci-layout:layout:2.0.0', 'latest');
    await printed('attach', 'oci-layout:layout:2.0.0', '--artifact-type', 'a/b', 'sbom.spdx.json');
    expect(await printed('tags', 'oci-layout:layout')).to.match(/^TAG +STANDS FOR\n2\.0\.0\nlatest +2\.0\.0\n$/);
    expect(await printed('discover', 'oci-layout:layout:latest')).to.match(
      /^oci-layout:\S+ \(skill\)\nsha256:\S+\n└─ a\/b/,
    );
    expect(await printed('delete', 'oci-layout:layout:2.0.0', '-mry')).to.contain('Its blobs stay in the layout');
    expect(existsSync(join(folder, 'index.json'))).to.equal(true);
    const { stdout, stderr } = await run('tags', 'oci-layout:layout');
    expect([stdout, stderr.includes('has no tags')]).to.deep.equal(['', true]);
  });
});
