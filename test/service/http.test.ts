import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';

import * as api from '../../src/api/index.ts';
import type { IndexServer } from '../../src/service/index.ts';
import { type Ask, ask, type Ground, prepareGround } from './ground.ts';

const yaml = (name: string, version: string) => `name: ${name}
version: ${version}
description: Expert for data analysis and visualization
author: roundtable-community
license: MIT
homepage: https://example.com/data
tags: [data-science, analytics]
capabilities: [data-loading, charting]
dependencies:
  roundtable: ">=2.0.0"
  python:
    pandas: ">=1.0.0"
`;

describe('the index over HTTP', function () {
  this.timeout(20_000);
  let ground: Ground;
  let index: IndexServer;
  let host = '';
  const digests = new Map<string, string>();
  const get = (path: string, options?: Ask) => ask(`${index.url}/api/v1${path}`, options);
  const bearer = () => ({ authorization: `Bearer ${index.token}` });
  const encoded = (repository: string) => encodeURIComponent(`${host}/${repository}`);

  before(async () => {
    ground = await prepareGround();
    host = ground.registry.host;
    for (const version of ['1.0.0', '1.1.0', '2.0.0-beta.1']) {
      const text = { yaml: yaml('data-expert', version), description: 'Analyses data' };
      digests.set(version, await ground.publish('acme/skills/data-expert', version, text));
    }
    await ground.publish('acme/skills/pdf', '1.0.0', {
      description: 'Reads PDF files and fills in forms',
      frontmatter: 'metadata:\n  tags: "pdf, forms"\n',
      body: 'Call the zirconium converter for scanned pages.',
    });
    await ground.publish('other/pdf', '0.3.0', { description: 'Another reader of documents' });
    index = await ground.index({ version: '9.9.9' });
    await index.refresh();
  });
  after(() => ground[Symbol.asyncDispose]());

  it('lists skills with the fields of the seed, and where they are', async () => {
    const { status, json } = await get('/skills?sort=name');
    expect(status).to.equal(200);
    const list = api.skillList.parse(json);
    expect(list.total).to.equal(3);
    expect(list.skills.map(({ name }) => name)).to.deep.equal(['data-expert', 'pdf', 'pdf']);
    const [skill] = list.skills;
    expect(skill).to.include({
      name: 'data-expert',
      version: '1.1.0',
      description: 'Expert for data analysis and visualization',
      author: 'roundtable-community',
      downloads: null,
      rating: null,
      homepage: 'https://example.com/data',
      license: 'MIT',
      reference: `${host}/acme/skills/data-expert:1.1.0`,
      repository: `${host}/acme/skills/data-expert`,
      digest: digests.get('1.1.0'),
    });
    expect(skill?.tags).to.deep.equal(['data-science', 'analytics']);
    expect(skill?.abilities).to.deep.equal(['data-loading', 'charting']);
    expect(skill?.versions).to.deep.equal(['2.0.0-beta.1', '1.1.0', '1.0.0']);
    expect(skill?.dependencies).to.deep.equal({ roundtable: '>=2.0.0' });
    expect(Date.parse(skill?.createdAt ?? '')).to.be.greaterThan(0);
  });

  it('pages through a list', async () => {
    const first = await get('/skills?sort=name&limit=2');
    const second = await get('/skills?sort=name&limit=2&offset=2');
    expect(first.json.skills).to.have.lengthOf(2);
    expect(second.json.skills).to.have.lengthOf(1);
    expect(second.json).to.include({ total: 3, limit: 2, offset: 2 });
  });

  for (const [query, names] of [
    ['tags=analytics', ['data-expert']],
    ['tags=analytics,data-science', ['data-expert']],
    ['tags=analytics&tags=data-science', ['data-expert']],
    ['tags=Data%20Science', ['data-expert']],
    ['tags=analytics,nothing', []],
    ['search=forms', ['pdf']],
    ['search=%20', ['data-expert', 'pdf', 'pdf']],
  ] as const) {
    it(`lists /skills?${query}`, async () => {
      const { skills } = api.skillList.parse((await get(`/skills?${query}`)).json);
      expect(skills.map(({ name }) => name).toSorted()).to.deep.equal([...names]);
    });
  }

  for (const [q, first] of [
    ['pdf', 'pdf'],
    ['analyse', 'data-expert'],
    ['zirconium', 'pdf'],
    ['vizualization', 'data-expert'],
    ['data expert', 'data-expert'],
    ['charting', 'data-expert'],
  ] as const) {
    it(`finds ${first} for "${q}"`, async () => {
      const { status, json } = await get(`/search?q=${encodeURIComponent(q)}`);
      expect(status).to.equal(200);
      const found = api.searchResults.parse(json);
      expect(found.query).to.equal(q);
      expect(found.results[0]?.name).to.equal(first);
      expect(found.results[0]?.score).to.be.greaterThan(0);
    });
  }

  it('finds nothing for what is not there', async () => {
    const { json } = await get('/search?q=quxquuzcorge');
    expect(json).to.deep.include({ results: [], total: 0, capped: false, relaxed: false });
  });

  it('shows a skill by its repository, by scope and by a name that is unique', async () => {
    const ways = [
      encoded('acme/skills/data-expert'),
      '@acme%2Fdata-expert',
      'data-expert',
      '@acme%2Fpdf',
      '@other%2Fpdf',
    ];
    const answers = await Promise.all(ways.map((name) => get(`/skills/${name}`)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    const details = answers.map(({ json }) => api.skillDetail.parse(json));
    expect(details.map(({ repository }) => repository.slice(host.length))).to.deep.equal([
      '/acme/skills/data-expert',
      '/acme/skills/data-expert',
      '/acme/skills/data-expert',
      '/acme/skills/pdf',
      '/other/pdf',
    ]);
    expect(details[0]?.manifest).to.include({ name: 'data-expert', license: 'MIT' });
    expect(details[0]?.releases.map(({ version }) => version)).to.deep.equal(['2.0.0-beta.1', '1.1.0', '1.0.0']);
    expect(details[0]?.contentDigest).to.match(/^sha256:/);
  });

  it('answers 300 with the candidates for a name that several skills have', async () => {
    const { status, headers, json } = await get('/skills/pdf');
    expect(status).to.equal(300);
    expect(headers['content-type']).to.match(/^application\/problem\+json/);
    expect(api.problem.parse(json).candidates).to.deep.equal([`${host}/acme/skills/pdf`, `${host}/other/pdf`]);
    expect(json.code).to.equal('ERR_CONFLICT');
  });

  it('shows one version, and latest', async () => {
    const old = api.skillDetail.parse((await get('/skills/data-expert/1.0.0')).json);
    const latest = api.skillDetail.parse((await get('/skills/data-expert/latest')).json);
    expect(old).to.include({ version: '1.0.0', digest: digests.get('1.0.0') });
    expect(old.versions).to.have.lengthOf(3);
    expect(latest.version).to.equal('1.1.0');
  });

  it('serves the package of a version, which has the checksum', async () => {
    const { checksum, downloadUrl, size } = api.skillDetail.parse((await get('/skills/data-expert/1.0.0')).json);
    const { status, headers, bytes } = await ask(downloadUrl);
    expect(status).to.equal(200);
    const hash = createHash('sha256').update(bytes).digest();
    expect(`sha256:${hash.toString('hex')}`).to.equal(checksum);
    expect(bytes.length).to.equal(size);
    expect(headers['content-type']).to.equal('application/gzip');
    expect(headers['content-disposition']).to.equal('attachment; filename="data-expert-1.0.0.spm"');
    expect(headers['repr-digest']).to.equal(`sha-256=:${hash.toString('base64')}:`);
    expect(gunzipSync(bytes).toString('latin1')).to.include('data-expert/SKILL.md');
    const again = await ask(downloadUrl, { headers: { 'if-none-match': String(headers.etag) } });
    expect(again.status).to.equal(304);
    expect(again.bytes).to.have.lengthOf(0);
  });

  it('counts tags', async () => {
    const { tags } = api.tagList.parse((await get('/tags')).json);
    expect(tags).to.deep.include({ tag: 'analytics', count: 1 });
    expect(tags).to.deep.include({ tag: 'data-science', count: 1 });
  });

  it('tells its health and stats', async () => {
    const { headers, json } = await get('/health');
    const health = api.health.parse(json);
    expect(health).to.include({ status: 'ok', version: '9.9.9', skills: 3, versions: 5 });
    expect(health.registries).to.have.lengthOf(1);
    expect(health.registries[0]).to.include({ registry: host, status: 'ok', error: null });
    expect(headers['cache-control']).to.equal('no-store');
  });

  it('gives entity tags, and 304 to who has them', async () => {
    const { headers } = await get('/skills?sort=name');
    const etag = String(headers.etag);
    expect(etag).to.match(/^"[\w-]{22}"$/);
    expect(headers['cache-control']).to.equal('no-cache');
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get('/skills?sort=name', { headers: { 'if-none-match': given } });
      expect(answer.status, given).to.equal(304);
      expect(answer.bytes).to.have.lengthOf(0);
    }
    expect((await get('/skills?sort=name', { headers: { 'if-none-match': '"other"' } })).status).to.equal(200);
  });

  const bad: readonly [what: string, path: () => string, ask: () => Ask, status: number, code: string, says: RegExp][] =
    [
      ['a search without words', () => '/search', () => ({}), 400, 'ERR_USAGE', /q/],
      ['an empty search', () => '/search?q=', () => ({}), 400, 'ERR_USAGE', /q/],
      ['a search of 257 letters', () => `/search?q=${'x'.repeat(257)}`, () => ({}), 400, 'ERR_USAGE', /q/],
      ['a limit of 0', () => '/skills?limit=0', () => ({}), 400, 'ERR_USAGE', /limit/],
      ['a limit of 101', () => '/skills?limit=101', () => ({}), 400, 'ERR_USAGE', /limit/],
      ['a limit that is no number', () => '/skills?limit=many', () => ({}), 400, 'ERR_USAGE', /limit/],
      ['a negative offset', () => '/skills?offset=-1', () => ({}), 400, 'ERR_USAGE', /offset/],
      ['an unknown order', () => '/skills?sort=price', () => ({}), 400, 'ERR_USAGE', /sort/],
      ['a skill that is not there', () => '/skills/nothing', () => ({}), 404, 'ERR_NOT_FOUND', /"nothing"/],
      ['a scope that is not there', () => '/skills/@nobody%2Fpdf', () => ({}), 404, 'ERR_NOT_FOUND', /@nobody\/pdf/],
      ['a version that is not there', () => '/skills/data-expert/9.9.9', () => ({}), 404, 'ERR_NOT_FOUND', /9\.9\.9/],
      [
        'a package that is not there',
        () => '/skills/data-expert/9.9.9/download',
        () => ({}),
        404,
        'ERR_NOT_FOUND',
        /9\.9\.9/,
      ],
      ['a path that is not there', () => '/nothing', () => ({}), 404, 'ERR_NOT_FOUND', /nothing/],
      ['a broken escape', () => '/skills/%E0%A4%A', () => ({}), 400, 'ERR_USAGE', /./],
      ['a name of 500 letters', () => `/skills/${'x'.repeat(500)}`, () => ({}), 414, 'ERR_USAGE', /./],
      [
        'an announcement without a token',
        () => '/skills',
        () => ({ method: 'POST', body: { reference: 'x' } }),
        401,
        'ERR_UNAUTHORISED',
        /token/,
      ],
      [
        'a wrong token',
        () => '/skills',
        () => ({ method: 'POST', body: { reference: 'x' }, headers: { authorization: 'Bearer nonsense' } }),
        401,
        'ERR_UNAUTHORISED',
        /not the token/,
      ],
      [
        'an unlisting without a token',
        () => '/skills/data-expert/1.0.0',
        () => ({ method: 'DELETE' }),
        401,
        'ERR_UNAUTHORISED',
        /token/,
      ],
      [
        'an unlisting of nothing',
        () => '/skills/data-expert/7.0.0',
        () => ({ method: 'DELETE', headers: bearer() }),
        404,
        'ERR_NOT_FOUND',
        /7\.0\.0/,
      ],
      [
        'an announcement without a body',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer() }),
        400,
        'ERR_USAGE',
        /body/,
      ],
      [
        'an announcement that is no JSON',
        () => '/skills',
        () => ({ method: 'POST', headers: { ...bearer(), 'content-type': 'application/json' }, body: '{' }),
        400,
        'ERR_USAGE',
        /JSON/,
      ],
      [
        'metadata from the caller',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: `${host}/other/pdf`, description: 'mine' } }),
        400,
        'ERR_USAGE',
        /description/,
      ],
      [
        'a body that is too large',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: 'x'.repeat(20_000) } }),
        413,
        'ERR_USAGE',
        /large/,
      ],
      [
        'a reference that is none',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: 'UPPER/case' } }),
        400,
        'ERR_REFERENCE_INVALID',
        /UPPER/,
      ],
      [
        'another registry',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: 'evil.example.com/a/b:1.0.0' } }),
        403,
        'ERR_UNTRUSTED',
        /evil\.example\.com/,
      ],
      [
        'a repository that is not there',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: `${host}/no/such` } }),
        404,
        'ERR_NOT_FOUND',
        /no\/such/,
      ],
      [
        'a version that the registry has not',
        () => '/skills',
        () => ({ method: 'POST', headers: bearer(), body: { reference: `${host}/other/pdf:8.0.0` } }),
        404,
        'ERR_NOT_FOUND',
        /8\.0\.0/,
      ],
    ];
  for (const [what, path, options, status, code, says] of bad) {
    it(`answers ${what} with ${status} ${code}`, async () => {
      const answer = await get(path(), options());
      expect(answer.status).to.equal(status);
      expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
      const problem = api.problem.parse(answer.json);
      expect(problem).to.include({ status, code });
      expect(problem.detail).to.match(says);
      if (status === 401) expect(answer.headers['www-authenticate']).to.match(/^Bearer/);
    });
  }

  it('limits how often one address may ask', async () => {
    const slow = await ground.index({ rateLimit: 3, registries: [] });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await ask(`${slow.url}/api/v1/tags`)).status);
    expect(statuses).to.deep.equal([200, 200, 200, 429, 429]);
    const { headers, json } = await ask(`${slow.url}/api/v1/tags`);
    expect(api.problem.parse(json).code).to.equal('ERR_RATE_LIMITED');
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
  });
});
