import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { type Descriptor, sha256, streamOf } from '../../src/core/index.ts';
import { ask, type Ground, prepareGround } from './ground.ts';

describe('service: artifacts that mean harm', () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground[Symbol.asyncDispose]());

  it('shows no file of its own machine as the instructions of a skill', async () => {
    writeFileSync(join(ground.folder, 'secret.txt'), 'swordfishcanary');
    await ground.publish('acme/report', '1.0.0');
    const target = ground.remote().repository('acme/report');
    const { bytes } = await target.fetchReference('1.0.0');
    const manifest = JSON.parse(Buffer.from(bytes).toString());
    const config = JSON.parse(Buffer.from(manifest.config.data, 'base64').toString());
    // Skills are unpacked two folders below the folder of temporary files.
    expect(ground.folder.startsWith(tmpdir())).to.equal(true);
    config.package.instructionsFile = `../../${basename(ground.folder)}/secret.txt`;
    const push = async (value: object, mediaType: string): Promise<Descriptor> => {
      const content = Buffer.from(JSON.stringify(value));
      const descriptor = { mediaType, digest: sha256(content), size: content.length };
      await target.push(descriptor, async () => streamOf(content));
      return { ...descriptor, data: content.toString('base64') };
    };
    const written = await push(
      { ...manifest, config: await push(config, manifest.config.mediaType) },
      manifest.mediaType,
    );
    await target.tag(written, '1.0.1');
    const index = await ground.index({ registries: [{ host: ground.registry.host, prefix: 'acme' }] });
    const answer = await ask(`${index.url}/api/v1/skills`, {
      method: 'POST',
      headers: { authorization: `Bearer ${index.token}` },
      body: { reference: `${ground.registry.host}/acme/report:1.0.1` },
    });
    expect(answer.status).to.be.within(400, 499);
    expect(JSON.stringify(answer.json)).to.match(/instructionsFile must be a path inside the skill/);
    const found = await ask(`${index.url}/api/v1/search?q=swordfishcanary`);
    expect(JSON.stringify(found.json)).not.to.contain('"report"');
  });
});
