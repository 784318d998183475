import { expect } from 'chai';
import {
  arconia,
  blob,
  type Fixture,
  flux,
  gzipOf,
  json,
  manifestOf,
  publish,
  skillimage,
  skillOf,
  skillsOci,
  tarOf,
  toolhive,
} from '../pack/dialects/writers/index.ts';
import { ask, type Ground, prepareGround } from './ground.ts';

const report = skillOf('report');

/** An image of two layers. */
function twoLayers(): Fixture {
  const layers = Object.entries(report.files).map(([path, content]) =>
    blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tarOf([{ path, content }]))),
  );
  return manifestOf(json('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' }), layers);
}

describe('service: artifacts of other tools', () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground[Symbol.asyncDispose]());

  const announce = async (repository: string, fixture: Fixture) => {
    await publish(ground.remote().repository(repository), fixture, '1.0.0');
    const [prefix] = repository.split('/');
    const index = await ground.index({ registries: [{ host: ground.registry.host, prefix: `${prefix}` }] });
    const get = (path: string) => ask(`${index.url}/api/v1${path}`);
    const answer = await ask(`${index.url}/api/v1/skills`, {
      method: 'POST',
      headers: { authorization: `Bearer ${index.token}` },
      body: { reference: `${ground.registry.host}/${repository}:1.0.0` },
    });
    return { get, answer };
  };

  const single: readonly (readonly [string, Fixture])[] = [
    ['arconia', arconia(report, '1.0.0')],
    ['skills-oci', skillsOci(report, '1.0.0')],
    ['toolhive', toolhive(report, '1.0.0')],
    ['skillimage', skillimage(report, '1.0.0')],
    ['flux', flux([report], '1.0.0')],
  ];
  for (const [tool, fixture] of single) {
    it(`indexes what ${tool} has published, and serves its package`, async () => {
      const { get, answer } = await announce(`${tool}/report`, fixture);
      expect(answer.status, answer.bytes.toString()).to.be.oneOf([200, 201]);
      const shown = await get('/skills/report');
      expect(shown.json).to.deep.include({
        name: 'report',
        version: '1.0.0',
        license: 'MIT',
        digest: fixture.root.descriptor.digest,
      });
      const found = await get('/search?q=report');
      expect(JSON.stringify(found.json)).to.contain('"report"');
      const got = await get('/skills/report/1.0.0/download');
      expect(got.status).to.equal(200);
      expect(got.bytes.subarray(0, 2).toString('hex')).to.equal('1f8b');
    });
  }

  it('indexes an image of several layers, and says that it is no one package', async () => {
    const { get, answer } = await announce('layers/report', twoLayers());
    expect(answer.status, answer.bytes.toString()).to.be.oneOf([200, 201]);
    const got = await get('/skills/report/1.0.0/download');
    expect(got.status).to.equal(404);
    expect(JSON.stringify(got.json)).to.match(/several layers.*skills install/);
  });

  it('passes over an artifact of several skills, and says which they are', async () => {
    const { answer } = await announce('many/all', flux([report, skillOf('other')], '1.0.0'));
    expect(answer.status).to.equal(422);
    expect(JSON.stringify(answer.json)).to.match(/holds 2 skills: other, report/);
  });
});
