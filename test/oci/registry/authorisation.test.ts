import { expect } from 'chai';
import { SkillsError } from '../../../src/core/index.ts';
import type { Credentials } from '../../../src/oci/credentials/index.ts';
import { type RegistryOptions, RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { completeSettings } from '../../../src/oci/registry/settings.ts';
import { tokenServiceOf } from '../../../src/oci/registry/token.ts';
import { artifact, sourceOf } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import {
  closeServers,
  json,
  type Reply,
  refuse,
  reply,
  type Script,
  type ScriptedServer,
  startScripted,
} from '../support/scripted-server.ts';

const ann: Credentials = { username: 'ann', password: 's3cret-pass' };
const annBasic = `Basic ${Buffer.from('ann:s3cret-pass').toString('base64')}`;
const tags = json({ name: 'acme/pdf', tags: ['1.0.0'] });
const tagsPath = 'GET /v2/acme/pdf/tags/list';

function repositoryOf(server: ScriptedServer, credentials?: Credentials, options: RegistryOptions = {}) {
  return new RemoteRegistry(server.host, {
    retryDelay: 1,
    credentials: async () => credentials,
    ...options,
  }).repository('acme/pdf');
}

/** Lets a request pass that shows this Authorization; asks the others for it. */
function guarded(authorization: string, challenge: string, then: Reply): Reply {
  const ask = refuse(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
  return (response, seen) => (seen.headers.authorization === authorization ? then : ask)(response, seen);
}

describe('RemoteRegistry: Basic', () => {
  afterEach(closeServers);

  it('sends the credentials that there are without being asked', async () => {
    const server = await startScripted({ [tagsPath]: guarded(annBasic, 'Basic realm="x"', tags) });
    expect(await listOf(repositoryOf(server, ann).tags())).to.deep.equal(['1.0.0']);
    expect(server.seen).to.have.length(1);
  });

  it('names the login that is missing', async () => {
    const server = await startScripted({ [tagsPath]: guarded(annBasic, 'Basic realm="x"', tags) });
    const error = await failureOf(
      () => listOf(repositoryOf(server).tags()),
      'ERR_UNAUTHORISED',
      /wants credentials for the tags of acme\/pdf/,
    );
    expect(error.hint).to.equal(`log in with \`skills login ${server.host}\``);
    expect(error.exitCode).to.equal(6);
    expect(server.seen).to.have.length(1);
  });

  it('says so when the credentials are refused, and shows none of them', async () => {
    const server = await startScripted({ [tagsPath]: guarded('Basic other', 'Basic realm="x"', tags) });
    const error = await failureOf(() => listOf(repositoryOf(server, ann).tags()), 'ERR_UNAUTHORISED', /refuses access/);
    expect(error.hint).to.include(`skills login ${server.host}`);
    expect(JSON.stringify([error.message, error.hint, error.data])).not.to.match(/s3cret|YW5u/);
    expect(server.seen).to.have.length(1);
  });

  it('is not shown unasked over plain http to another machine, for the token service may be the one to see it', async () => {
    // an address of this machine that does not look like one
    const server = await startScripted({ [tagsPath]: guarded(annBasic, 'Basic realm="x"', tags) });
    const host = server.host.replace('127.0.0.1', '[::ffff:7f00:1]');
    const registry = new RemoteRegistry(host, { plainHttp: [host], credentials: async () => ann });
    expect(await listOf(registry.repository('acme/pdf').tags())).to.deep.equal(['1.0.0']);
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal([undefined, annBasic]);
  });

  it('looks for the credentials again where they are refused, and then once a minute at most', async () => {
    const server = await startScripted({ [tagsPath]: guarded(annBasic, 'Basic realm="x"', tags) });
    let asked = 0;
    const credentials = async () => ({ ...ann, password: asked++ === 0 ? 'old' : 's3cret-pass' });
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect([asked, server.seen.length]).to.deep.equal([2, 3]);
  });

  it('looks for them again also where a password that has run out is forbidden (ECR)', async () => {
    const expired = refuse(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
    const server = await startScripted({
      [tagsPath]: (response, seen) => (seen.headers.authorization === annBasic ? tags : expired)(response, seen),
    });
    let asked = 0;
    const credentials = async () => ({ ...ann, password: asked++ === 0 ? 'of yesterday' : 's3cret-pass' });
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(server.seen).to.have.length(2);
  });

  it('asks the source again after it failed', async () => {
    const server = await startScripted({ [tagsPath]: guarded(annBasic, 'Basic realm="x"', tags) });
    let asked = 0;
    const credentials = async () => {
      if (asked++ === 0) throw new SkillsError('ERR_CONFIG_INVALID', 'broken');
      return ann;
    };
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    await failureOf(() => listOf(repository.tags()), 'ERR_CONFIG_INVALID', /broken/);
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
  });

  it('sends a registry token as it is', async () => {
    const server = await startScripted({ [tagsPath]: guarded('Bearer abc', 'Bearer realm="http://x/"', tags) });
    expect(await listOf(repositoryOf(server, { registryToken: 'abc' }).tags())).to.deep.equal(['1.0.0']);
  });
});

describe('RemoteRegistry: Bearer', () => {
  afterEach(closeServers);

  /** A registry and its token service: tokens name their scopes, and are good for those only. */
  function bearer(url: string, allowed: (scope: string) => boolean = () => true, life = 300): Script {
    const issue: Reply = (response, seen) => {
      const scopes = seen.query.getAll('scope');
      const good = scopes.every(allowed) && seen.query.get('service') === 'the registry';
      (good
        ? json({ token: Buffer.from(scopes.join(' ')).toString('hex'), expires_in: life })
        : refuse(403, 'DENIED', 'no'))(response, seen);
    };
    const check =
      (scope: string, then: Reply): Reply =>
      (response, seen) => {
        const held = Buffer.from((seen.headers.authorization ?? '').replace('Bearer ', ''), 'hex').toString();
        const challenge = `Bearer realm="${url}/token",service="the registry",scope="${scope}"`;
        (held.includes(scope) ? then : refuse(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': challenge }))(
          response,
          seen,
        );
      };
    const { layer } = artifact();
    return {
      'GET /token': issue,
      [tagsPath]: check('repository:acme/pdf:pull', tags),
      [`GET /v2/acme/pdf/blobs/${layer.descriptor.digest}`]: check(
        'repository:acme/pdf:pull',
        reply(200, {}, layer.bytes),
      ),
      'POST /v2/acme/pdf/blobs/uploads/': check('repository:acme/pdf:pull,push', reply(202, { location: '/upload' })),
      'PUT /upload': check('repository:acme/pdf:pull,push', reply(201)),
      'GET /v2/_catalog': check('registry:catalog:*', json({ repositories: ['acme/pdf'] })),
    };
  }

  const exchanges = (server: ScriptedServer) => server.seen.filter(({ path }) => path === '/token');

  it('exchanges once for what several requests need', async () => {
    const server = await startScripted(bearer);
    const repository = repositoryOf(server, ann);
    const { layer } = artifact();
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(await textOf(await repository.fetch(layer.descriptor))).to.equal('the layer');
    expect(server.asked()).to.deep.equal([
      tagsPath,
      'GET /token',
      tagsPath,
      `GET /v2/acme/pdf/blobs/${layer.descriptor.digest}`,
    ]);
    expect(exchanges(server)[0]?.headers.authorization).to.equal(annBasic);
  });

  it('asks as nobody where there are no credentials', async () => {
    const server = await startScripted(bearer);
    expect(await listOf(repositoryOf(server).tags())).to.deep.equal(['1.0.0']);
    expect(exchanges(server)[0]?.headers.authorization).to.equal(undefined);
  });

  it('asks as nobody after a refusal without a challenge, as zot gives it to a password that it wants no use for', async () => {
    const server = await startScripted((url) => {
      const good = bearer(url);
      const refused = refuse(401, 'UNAUTHORIZED', 'token is malformed');
      const asked = good[tagsPath];
      const isBasic = (authorization = '') => authorization.startsWith('Basic ');
      return {
        ...good,
        [tagsPath]: (response, seen) => {
          const then = isBasic(seen.headers.authorization) ? refused : asked;
          if (typeof then === 'function') then(response, seen);
        },
      };
    });
    const repository = repositoryOf(server, ann);
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(server.asked()).to.deep.equal([tagsPath, tagsPath, 'GET /token', tagsPath]);
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(server.seen).to.have.length(5);
  });

  it('exchanges once for sixteen requests at once', async () => {
    const server = await startScripted(bearer);
    const repository = repositoryOf(server, ann);
    await Promise.all(Array.from({ length: 16 }, () => listOf(repository.tags())));
    expect(exchanges(server)).to.have.length(1);
  });

  it('widens the scope to push, and uses the wider token to pull', async () => {
    const server = await startScripted(bearer);
    const repository = repositoryOf(server, ann);
    const { layer } = artifact();
    await listOf(repository.tags());
    await repository.push(layer.descriptor, sourceOf(layer.bytes));
    await listOf(repository.tags());
    expect(exchanges(server).map(({ query }) => query.getAll('scope'))).to.deep.equal([
      ['repository:acme/pdf:pull'],
      ['repository:acme/pdf:pull,push'],
    ]);
  });

  it('asks for the catalogue with its own scope', async () => {
    const server = await startScripted(bearer);
    const registry = new RemoteRegistry(server.host);
    expect(await listOf(registry.repositories())).to.deep.equal(['acme/pdf']);
    expect(exchanges(server)[0]?.query.getAll('scope')).to.deep.equal(['registry:catalog:*']);
  });

  it('exchanges again when a token has run out', async () => {
    const server = await startScripted((url) => bearer(url, undefined, 0.001));
    const repository = repositoryOf(server, ann);
    await listOf(repository.tags());
    await new Promise((resolve) => setTimeout(resolve, 10));
    await listOf(repository.tags());
    expect(exchanges(server)).to.have.length(2);
  });

  it('fails with the hint when the token service refuses', async () => {
    const server = await startScripted((url) => bearer(url, () => false));
    const error = await failureOf(() => listOf(repositoryOf(server, ann).tags()), 'ERR_UNAUTHORISED', /token/);
    expect(error.hint).to.include(`skills login ${server.host}`);
  });

  it('renews a cached token once on 403, then tells the refusal', async () => {
    const denied = refuse(403, 'DENIED', 'requested access to the resource is denied');
    const server = await startScripted((url) => ({
      ...bearer(url),
      'DELETE /v2/acme/pdf/manifests/1.0.0': denied,
      [tagsPath]: [bearer(url)[tagsPath] as Reply, tags, denied],
    }));
    const repository = repositoryOf(server, ann);
    await listOf(repository.tags());
    const error = await failureOf(() => listOf(repository.tags()), 'ERR_UNAUTHORISED', /DENIED requested access/);
    expect(error.data?.codes).to.deep.equal(['DENIED']);
    expect(exchanges(server)).to.have.length(2);
  });

  it('trades an identity token for tokens, and keeps a new one that comes back', async () => {
    const server = await startScripted((url) => ({
      ...bearer(url),
      'POST /token': (response, seen) => {
        const form = new URLSearchParams(seen.body.toString());
        const token = Buffer.from(form.get('scope') ?? '').toString('hex');
        json({ access_token: token, refresh_token: 'second', expires_in: 0.001 })(response, seen);
      },
    }));
    const repository = repositoryOf(server, { identityToken: 'first' });
    await listOf(repository.tags());
    await new Promise((resolve) => setTimeout(resolve, 10));
    await listOf(repository.tags());
    const forms = exchanges(server).map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())));
    expect(forms.map(({ refresh_token }) => refresh_token)).to.deep.equal(['first', 'second']);
    expect(forms[0]).to.deep.include({
      grant_type: 'refresh_token',
      service: 'the registry',
      scope: 'repository:acme/pdf:pull',
    });
  });

  it('fails clearly when the token service answers without a token', async () => {
    const server = await startScripted((url) => ({ ...bearer(url), 'GET /token': json({ hello: 1 }) }));
    await failureOf(() => listOf(repositoryOf(server).tags()), 'ERR_REGISTRY', /without a token/);
  });

  for (const form of ['one header', 'two headers'] as const) {
    it(`takes the token service where Basic is offered too, in ${form}`, async () => {
      const server = await startScripted((url) => {
        const challenges = ['Basic realm="a, b"', `Bearer realm="${url}/token",service="the registry"`];
        const ask: Reply = (response) => {
          response.writeHead(401, { 'www-authenticate': form === 'one header' ? challenges.join(', ') : challenges });
          response.end();
        };
        const then: Reply = (response, seen) =>
          (seen.headers.authorization?.startsWith('Bearer ') ? tags : ask)(response, seen);
        return { ...bearer(url), [tagsPath]: then };
      });
      expect(await listOf(repositoryOf(server, ann).tags())).to.deep.equal(['1.0.0']);
      expect(exchanges(server)).to.have.length(1);
    });
  }

  it('sends the credentials to the registry and to the service that it names, and nowhere else', async () => {
    const blobs = await startScripted({ GET: reply(200, {}, 'the layer') });
    const service = await startScripted({ 'GET /token': json({ token: 'abc', expires_in: 300 }) });
    const { layer } = artifact();
    const server = await startScripted({
      GET: guarded('Bearer abc', `Bearer realm="${service.url}/token"`, reply(307, { location: `${blobs.url}/blob` })),
    });
    expect(await textOf(await repositoryOf(server, ann).fetch(layer.descriptor))).to.equal('the layer');
    expect(service.seen.map(({ headers }) => headers.authorization)).to.deep.equal([annBasic]);
    expect(blobs.seen.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
  });

  it('does not wait for a token service when it is stopped', async () => {
    const server = await startScripted((url) => ({ ...bearer(url), 'GET /token': () => {} }));
    const signal = AbortSignal.timeout(100);
    const started = performance.now();
    await failureOf(() => listOf(repositoryOf(server, ann).tags({ signal })), 'ERR_INTERRUPTED');
    expect(performance.now() - started).to.be.below(5_000);
  });

  it('does not send credentials to a token service over plain http elsewhere', async () => {
    const challenge = 'Bearer realm="http://auth.example.com/token"';
    const server = await startScripted({
      [tagsPath]: refuse(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': challenge }),
    });
    await failureOf(() => listOf(repositoryOf(server, ann).tags()), 'ERR_INSECURE', /http:\/\/auth\.example\.com/);
  });
});

describe('tokenServiceOf', () => {
  const challenge = (realm: string) => ({ scheme: 'bearer', parameters: new Map([['realm', realm]]) });
  const rows: readonly (readonly [string, string, string[], 'ERR_INSECURE' | 'ERR_REGISTRY' | undefined])[] = [
    ['registry.example.com', 'https://other.example/token', [], undefined],
    ['registry.example.com', 'http://registry.example.com/token', [], 'ERR_INSECURE'],
    ['registry.example.com', 'http://127.0.0.1/token', [], 'ERR_INSECURE'],
    ['registry.example.com', '/token', [], 'ERR_REGISTRY'],
    ['registry.example.com', 'file:///etc/passwd', [], 'ERR_INSECURE'],
    ['localhost:5000', 'http://localhost:5001/token', [], undefined],
    ['plain.example:80', 'http://auth.plain.example/token', ['plain.example:80'], 'ERR_INSECURE'],
    ['plain.example:5000', 'http://plain.example:5000/token', ['plain.example:5000'], undefined],
  ];
  for (const [host, realm, plainHttp, code] of rows) {
    it(`${host} → ${realm}: ${code ?? 'allowed'}`, async () => {
      const settings = completeSettings(host, { plainHttp });
      if (code) await failureOf(() => tokenServiceOf(challenge(realm), settings), code);
      else expect(tokenServiceOf(challenge(realm), settings).realm.href).to.equal(realm);
    });
  }
});
