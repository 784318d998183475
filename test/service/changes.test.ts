import { expect } from 'chai';

import { createIndexClient, type IndexClient } from '../../src/api/index.ts';
import type { IndexServer } from '../../src/service/index.ts';
import { ask, type Ground, prepareGround } from './ground.ts';

async function failure(work: Promise<unknown>): Promise<{ code?: string; message?: string; data?: unknown }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('the index and its client', function () {
  this.timeout(20_000);
  let ground: Ground;
  let index: IndexServer;
  let client: IndexClient;
  let host = '';

  beforeEach(async () => {
    ground = await prepareGround();
    host = ground.registry.host;
    index = await ground.index({ registries: [{ host, prefix: 'acme' }] });
    client = createIndexClient({ url: index.url, token: index.token });
    await index.refresh();
  });
  afterEach(async () => {
    client.close();
    await ground[Symbol.asyncDispose]();
  });

  it('takes in what is announced, once', async () => {
    const digest = await ground.publish('acme/pdf', '1.0.0');
    const reference = `${host}/acme/pdf:1.0.0`;
    expect((await client.announce(reference)).indexed).to.deep.equal([{ version: '1.0.0', digest, outcome: 'added' }]);
    expect((await client.announce(reference)).indexed).to.deep.equal([{ version: '1.0.0', digest, outcome: 'same' }]);
    const { results } = await client.search('pdf', { limit: 5, tags: [] });
    expect(results.map((result) => result.reference)).to.deep.equal([reference]);
    expect((await client.listSkills({ sort: 'recent' })).total).to.equal(1);
    expect(await client.tags()).to.deep.equal([]);
    expect((await client.health()).status).to.equal('ok');
  });

  it('crawls: new versions come, changed tags are read again, deleted ones go', async () => {
    await ground.publish('acme/pdf', '1.0.0');
    await ground.publish('acme/pdf', '1.1.0', { description: 'Walruses' });
    await ground.publish('elsewhere/pdf', '1.0.0');
    await index.refresh();
    expect((await client.getSkill('pdf')).versions).to.deep.equal(['1.1.0', '1.0.0']);
    await ground.publish('acme/pdf', '1.1.0', { description: 'Mandolins' });
    await ground.remote().repository('acme/pdf').untag('1.0.0');
    await index.refresh();
    const skill = await client.getSkill(`${host}/acme/pdf`);
    expect(skill).to.include({ description: 'Mandolins' });
    expect(skill.versions).to.deep.equal(['1.1.0']);
  });

  it('unlists, keeps it so through a crawl, and lists again on announcement', async () => {
    await ground.publish('acme/pdf', '1.0.0');
    await index.refresh();
    await client.unlist('pdf', '1.0.0');
    await index.refresh();
    expect((await failure(client.getSkill('pdf'))).code).to.equal('ERR_NOT_FOUND');
    await client.announce(`${host}/acme/pdf:1.0.0`);
    expect((await client.getSkill('pdf', 'latest')).version).to.equal('1.0.0');
  });

  it('refuses what is no skill, what is mislabelled, and what is outside of its registries', async () => {
    await ground.publish('acme/pdf', '1.0.0', {}, '2.0.0');
    const mislabelled = await failure(client.announce(`${host}/acme/pdf:2.0.0`));
    expect(mislabelled).to.include({ code: 'ERR_ARTIFACT_INVALID' });
    expect(mislabelled.message).to.match(/version 1\.0\.0, its tag is 2\.0\.0/);
    expect((await failure(client.announce(`${host}/elsewhere/pdf:1.0.0`))).code).to.equal('ERR_UNTRUSTED');
    const stranger = createIndexClient({ url: index.url, token: 'wrong' });
    expect((await failure(stranger.announce(`${host}/acme/pdf:1.0.0`))).code).to.equal('ERR_UNAUTHORISED');
    stranger.close();
  });

  it('tells candidates, and explains an address that is no index', async () => {
    await ground.publish('acme/a/pdf', '1.0.0');
    await ground.publish('acme/b/pdf', '1.0.0');
    await index.refresh();
    const several = await failure(client.getSkill('pdf'));
    expect(several.code).to.equal('ERR_CONFLICT');
    expect(several.data).to.deep.include({ candidates: [`${host}/acme/a/pdf`, `${host}/acme/b/pdf`] });
    const none = createIndexClient({ url: 'http://127.0.0.1:1' });
    expect((await failure(none.health())).code).to.equal('ERR_NETWORK');
    expect((await failure(createIndexClient({ url: 'nowhere' }).health())).code).to.equal('ERR_CONFIG_INVALID');
    expect((await failure(createIndexClient({ url: 'http://example.com' }).health())).code).to.equal('ERR_INSECURE');
    const registry = createIndexClient({ url: ground.registry.url });
    expect((await failure(registry.health())).code).to.equal('ERR_NOT_FOUND');
    registry.close();
  });

  it('says so when a registry is down, and keeps what it knows', async () => {
    await ground.publish('acme/pdf', '1.0.0');
    const lonely = await ground.index({ registries: [{ host: '127.0.0.1:1' }] });
    await lonely.refresh();
    const { json } = await ask(`${lonely.url}/api/v1/health`);
    expect(json).to.include({ status: 'degraded' });
  });

  it('describes itself in OpenAPI 3.1 with every path and resolvable references', async () => {
    const { json } = await ask(`${index.url}/api/v1/openapi.json`);
    expect(json.openapi).to.match(/^3\.1\./);
    const paths = json.paths as Record<string, Record<string, { responses: Record<string, unknown> }>>;
    expect(Object.keys(paths).toSorted()).to.deep.equal([
      '/api/v1/health',
      '/api/v1/search',
      '/api/v1/skills',
      '/api/v1/skills/{name}',
      '/api/v1/skills/{name}/{version}',
      '/api/v1/skills/{name}/{version}/download',
      '/api/v1/tags',
    ]);
    expect(Object.keys(paths['/api/v1/skills'] ?? {}).toSorted()).to.deep.equal(['get', 'post']);
    const { schemas } = json.components as { schemas: Record<string, unknown> };
    expect(schemas).to.include.keys('SkillSummary', 'SkillDetail', 'SearchResults', 'Problem', 'Health');
    for (const [, name = ''] of JSON.stringify(json).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(schemas).to.have.property(name);
    }
  });
});
