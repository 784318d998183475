import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { SkillsError } from '../../../src/core/index.ts';
import { findCredentials, firstCredentials } from '../../../src/oci/credentials/index.ts';
import { failureOf } from '../support/failure.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('what a file of credentials holds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skills-credentials-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function source(config: unknown) {
    writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    return findCredentials({ env: { HOME: folder, XDG_RUNTIME_DIR: folder, DOCKER_CONFIG: folder } });
  }

  const rows: readonly (readonly [string, object, string, string | undefined, object | undefined])[] = [
    [
      'auth',
      { 'ghcr.io': { auth: base64('ann:pass:word') } },
      'ghcr.io',
      undefined,
      { username: 'ann', password: 'pass:word' },
    ],
    [
      'user name and password',
      { 'ghcr.io': { username: 'ann', password: 'pw' } },
      'ghcr.io',
      undefined,
      { username: 'ann', password: 'pw' },
    ],
    [
      'an identity token',
      { 'a.io': { auth: base64('ann:'), identitytoken: 'idt' } },
      'a.io',
      undefined,
      { identityToken: 'idt' },
    ],
    ['a user <token>', { 'a.io': { auth: base64('<token>:idt') } }, 'a.io', undefined, { identityToken: 'idt' }],
    ['a registry token', { 'a.io': { registrytoken: 'rt' } }, 'a.io', undefined, { registryToken: 'rt' }],
    [
      'a key that is a URL',
      { 'https://a.io:5000/v2/': { auth: base64('ann:pw') } },
      'a.io:5000',
      undefined,
      { username: 'ann', password: 'pw' },
    ],
    [
      'the key of Docker Hub',
      { 'https://index.docker.io/v1/': { auth: base64('ann:pw') } },
      'docker.io',
      'library/x',
      { username: 'ann', password: 'pw' },
    ],
    [
      'a host with the path of its API',
      { 'a.io/v1/': { auth: base64('ann:pw') } },
      'a.io',
      undefined,
      { username: 'ann', password: 'pw' },
    ],
    ['a namespace v2, of its parent', { 'a.io/acme/v2': { auth: base64('ann:pw') } }, 'a.io', 'acme/pdf', undefined],
    ['a namespace v2, in a URL', { 'https://a.io/acme/v2': { auth: base64('ann:pw') } }, 'a.io', 'acme/pdf', undefined],
    ['a namespace v2, of the host', { 'a.io/v2': { auth: base64('ann:pw') } }, 'a.io', 'acme/pdf', undefined],
    [
      'a namespace v2',
      { 'a.io/acme/v2': { auth: base64('ann:pw') } },
      'a.io',
      'acme/v2/pdf',
      { username: 'ann', password: 'pw' },
    ],
    ['another registry', { 'a.io': { auth: base64('ann:pw') } }, 'b.io', undefined, undefined],
    ['a host that only ends alike', { 'a.io': { auth: base64('ann:pw') } }, 'evil-a.io', undefined, undefined],
    ['an empty entry', { 'a.io': {} }, 'a.io', undefined, undefined],
  ];
  for (const [what, auths, registry, repository, expected] of rows) {
    it(`reads ${what}`, async () => {
      expect(await source({ auths })(registry, repository)).to.deep.equal(expected);
    });
  }

  it('prefers the longest key that covers the repository, by whole segments', async () => {
    const entry = (user: string) => ({ auth: base64(`${user}:pw`) });
    const find = source({
      auths: { 'quay.io': entry('all'), 'quay.io/acme': entry('acme'), 'quay.io/acme/pdf': entry('pdf') },
    });
    const users = ['acme/pdf', 'acme/pdfs', 'acmes/x', ''].map(
      async (repository) => (await find('quay.io', repository))?.username,
    );
    expect(await Promise.all(users)).to.deep.equal(['pdf', 'acme', 'all', 'all']);
  });

  it('has none without a file', async () => {
    const env = { HOME: folder, XDG_RUNTIME_DIR: folder };
    expect(await findCredentials({ env })('a.io')).to.equal(undefined);
  });

  it('sees what a login writes meanwhile', async () => {
    const find = source({ auths: {} });
    expect(await find('a.io')).to.equal(undefined);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { 'a.io': { auth: base64('ann:pw') } } }));
    utimesSync(join(folder, 'config.json'), new Date(), new Date(Date.now() + 5_000));
    expect(await find('a.io')).to.deep.equal({ username: 'ann', password: 'pw' });
  });

  const broken: readonly (readonly [string, unknown, RegExp])[] = [
    ['a file that is not JSON', '{"auths":', /config\.json: .*not JSON/],
    ['auths that are a list', { auths: [] }, /"auths" is not an object/],
    ['an auth that is not base64 of a pair', { auths: { 'a.io': { auth: base64('nothing') } } }, /auths\.a\.io\.auth/],
  ];
  for (const [what, config, message] of broken) {
    it(`refuses ${what}`, async () => {
      const find = source(config);
      await failureOf(() => find('a.io'), 'ERR_CONFIG_INVALID', message);
    });
  }

  it('never shows the secret in an error', async () => {
    const find = source({ auths: { 'a.io': { auth: base64('hush-hush') } } });
    const error = await failureOf(() => find('a.io'), 'ERR_CONFIG_INVALID');
    expect(JSON.stringify([error.message, error.hint, error.data])).not.to.match(/hush|aHVza/);
  });

  it('says "invalid" of whatever else may be there, and nothing of its content', async () => {
    const secrets = fc.constantFrom('hush-hush', base64('ann:hush-hush'), base64('hush-hush'));
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 1 }), secrets);
    const entries = fc.dictionary(fc.constantFrom('auth', 'username', 'password', 'identitytoken'), leaf);
    const auths = fc.oneof(leaf, fc.dictionary(fc.constantFrom('a.io', 'https://a.io/v1/', 'b.io', ''), entries));
    const config = fc.record({ auths, credHelpers: leaf }, { requiredKeys: [] });
    const text = fc.oneof(
      config.map((value) => JSON.stringify(value)),
      fc.tuple(config, fc.nat(80)).map(([value, length]) => JSON.stringify(value).slice(0, length)),
      fc.string(),
    );
    const property = fc.asyncProperty(text, async (content) => {
      try {
        const found = await source(content)('a.io', 'acme/pdf');
        expect(found ?? {}).to.not.have.property('auth');
      } catch (thrown) {
        const error = thrown as SkillsError;
        expect(error.code, error.stack).to.equal('ERR_CONFIG_INVALID');
        expect(JSON.stringify([error.message, error.hint, error.data, String(error.cause)])).to.not.match(/hush|aHVz/);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('can be one of several sources', async () => {
    const none = async () => undefined;
    const some = async (registry: string) => ({ username: registry, password: 'pw' });
    expect(await firstCredentials(none, some, none)('a.io')).to.deep.equal({ username: 'a.io', password: 'pw' });
    expect(await firstCredentials(none)('a.io')).to.equal(undefined);
  });
});
