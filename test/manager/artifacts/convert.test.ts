import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { hashTree } from '../../../src/pack/index.ts';
import { manifest, piece, store as storePieces } from '../../oci/support/artifact.ts';
import { file, tgz } from '../../pack/helpers/tar-builder.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

const types = {
  artifact: 'application/vnd.agentskills.skill.v1',
  config: 'application/vnd.agentskills.skill.config.v1+json',
  layer: 'application/vnd.agentskills.skill.content.v1.tar+gzip',
};

describe('artifacts.convert', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => world[Symbol.asyncDispose]());

  const files = { 'scripts/run.sh': '#!/bin/sh\necho hello\n', 'node_modules/kept.txt': 'ignored when it is packed' };
  const convert = (from: string, to: string, dialect: 'agentskills' | 'image') =>
    world.manager().artifacts.convert(`${world.prefix}/${from}`, `${world.prefix}/${to}`, { dialect });

  /** Stores an artifact as somebody else would have written it. */
  async function store(name: string, tag: string, layer: Uint8Array, kind: 'agentskills' | 'image'): Promise<void> {
    await using registry = new RemoteRegistry(world.host);
    const target = registry.repository(`acme/${name}`);
    const isImage = kind === 'image';
    const config = piece(
      isImage ? 'application/vnd.oci.image.config.v1+json' : types.config,
      JSON.stringify(
        isImage
          ? { rootfs: { type: 'layers', diff_ids: [] } }
          : { schemaVersion: '1', name, version: '1.2.0', package: { name, description: 'Reports.' } },
      ),
    );
    const content = piece(isImage ? 'application/vnd.oci.image.layer.v1.tar+gzip' : types.layer, layer);
    const root = manifest(config.descriptor, [content.descriptor], isImage ? {} : { artifactType: types.artifact });
    await storePieces(target, config, content, root);
    await target.tag(root.descriptor, tag);
  }

  it('writes of an artifact the image that a push of the folder writes, and of that the artifact again', async () => {
    const folder = world.skill('report', { version: '1.2.0', yaml: 'repository: https://git.example/report\n', files });
    const pushed = await world
      .manager()
      .push(folder, `${world.prefix}/report:1.2.0`, { dialects: ['agentskills', 'image'], tags: ['stable'] });
    const [artifact, image] = pushed.artifacts;
    const there = await convert('report:1.2.0', 'copies/report', 'image');
    expect(there).to.deep.include({ name: 'report', version: '1.2.0', existed: false, size: image?.size });
    expect(there.contentDigest).to.equal(pushed.contentDigest);
    expect(there.from).to.deep.equal({
      reference: `${world.prefix}/report@${artifact?.digest}`,
      dialect: 'agentskills',
      digest: artifact?.digest,
    });
    expect(there.to).to.deep.equal({
      reference: `${world.prefix}/copies/report:image-1.2.0`,
      dialect: 'image',
      digest: image?.digest,
    });
    const back = await convert('copies/report:image-1.2.0', 'copies/report', 'agentskills');
    expect(back.to).to.deep.include({ reference: `${world.prefix}/copies/report:1.2.0`, digest: artifact?.digest });
    expect((await convert('report:1.2.0', 'copies/report', 'image')).existed).to.equal(true);
  });

  it('repackages what others packed, byte for byte, exec bits and all', async () => {
    const skillMd = '---\nname: report\ndescription: Reports.\n---\n\n# Report\n';
    const entries = [file('SKILL.md', skillMd), file('bin/run', 'echo', { mode: 0o755 }), file('.hidden', 'kept')];
    await store('report', 'v1.2.0', tgz(...entries), 'image');
    const report = await convert('report:v1.2.0', 'ours/report', 'agentskills');
    expect([report.from.dialect, report.version]).to.deep.equal(['image', '1.2.0']);
    const output = join(world.room, 'out');
    await world.manager().pull(report.to.reference, { output });
    expect(hashTree(output).contentDigest).to.equal(report.contentDigest);
    expect(readdirSync(output).sort()).to.deep.equal(['.hidden', 'SKILL.md', 'bin']);
    expect(statSync(join(output, 'bin/run')).mode & 0o777).to.equal(0o755);
    expect(readFileSync(join(output, 'SKILL.md'), 'utf8')).to.equal(skillMd);
  });

  it('refuses what it could not write without changing it, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('skills-convert-'));
    const yaml = 'name: report\nversion: 1.2.0\ndescription: Reports. Use it in tests.\n';
    await store('report', '1.2.0', tgz(file('report/skill.yaml', yaml)), 'agentskills');
    await expectError(convert('report:1.2.0', 'ours/report', 'image'), 'ERR_SKILL_INVALID', /has no SKILL\.md/);
    await expectError(world.manager().inspect(`${world.prefix}/ours/report:image-1.2.0`), 'ERR_NOT_FOUND', /report/);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('skills-convert-'))).to.deep.equal(before);
  });

  it('replaces no version: not by other content, not by another dialect; latest moves', async () => {
    await world.manager().push(world.skill('report', { version: '1.2.0' }), `${world.prefix}/report:1.2.0`);
    await world
      .manager()
      .push(world.skill('report', { version: '1.2.0', files }), `${world.prefix}/other/report:1.2.0`);
    await expectError(
      convert('report:1.2.0', 'other/report', 'agentskills'),
      'ERR_VERSION_EXISTS',
      /other\/report:1\.2\.0 is already published with other content/,
    );
    const error = await expectError(
      convert('report:1.2.0', 'report:1.2.0', 'image'),
      'ERR_VERSION_EXISTS',
      /is this skill as agentskills/,
    );
    expect(error.hint).to.contain('image-1.2.0');
    const moved = await convert('report:1.2.0', 'report:latest', 'image');
    expect((await convert('other/report:1.2.0', 'report:latest', 'image')).to.digest).not.to.equal(moved.to.digest);
  });

  it('writes into a layout, reads from one, and takes the newest where no version is named', async () => {
    await world.publish('report', { version: '1.2.0' });
    await world.publish('report', { version: '1.3.0' });
    const layout = `oci-layout:${join(world.room, 'layout')}`;
    const { artifacts } = world.manager();
    const out = await artifacts.convert(`${world.prefix}/report`, layout, { dialect: 'image' });
    expect([out.version, out.to.reference]).to.deep.equal(['1.3.0', `${layout}:image-1.3.0`]);
    const back = await artifacts.convert(`${layout}:image-1.3.0`, `${world.prefix}/back/report`, {
      dialect: 'agentskills',
    });
    expect(back.to.reference).to.equal(`${world.prefix}/back/report:1.3.0`);
    const published = await world.manager().inspect(`${world.prefix}/report:1.3.0`);
    expect(back.to.digest).to.equal(published.digest);
  });

  it('says where it cannot write', async () => {
    await world.publish('report');
    const other = await expectError(convert('report', 'tables', 'image'), 'ERR_CONFLICT', /ends in "tables"/);
    expect(other.exitCode).to.equal(4);
    const digest = `sha256:${'0'.repeat(64)}`;
    await expectError(convert('report', `report@${digest}`, 'image'), 'ERR_USAGE', /is a digest/);
    await expectError(convert('nothing:1.0.0', 'report', 'image'), 'ERR_NOT_FOUND', /nothing/);
  });
});
