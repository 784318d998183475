import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { discard, type ErrorCode, exchange, Network, type NetworkOptions } from '../../../src/core/index.ts';
import { failureOf } from '../../oci/support/failure.ts';
import { readIdentity, TestAuthority } from '../../support/certificates.ts';
import { startProxy } from '../../support/proxy.ts';
import { type SecureServer, startSecure } from '../../support/secure-server.ts';

/** Says who asked: the name in the client's certificate, or nobody. */
const sayWho: RequestListener = ({ socket, headers }, response) => {
  const { subject } = (socket as TLSSocket).getPeerCertificate();
  response.setHeader('x-authorization', headers.authorization ?? '');
  response.end(subject?.CN ?? 'nobody');
};

/** The body that a GET gives, over a network of these options. */
async function get(url: string, options: NetworkOptions & { asRegistry?: boolean } = {}): Promise<string> {
  const network = new Network({ env: {}, connectTimeout: 2_000, ...options });
  const { asRegistry = true } = options;
  try {
    const answer = await exchange(network, { method: 'GET', url: new URL(url), headers: {}, asRegistry });
    const pieces: Buffer[] = [];
    for await (const piece of answer.message) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  } finally {
    network.close();
  }
}

describe('TLS', () => {
  let authority: TestAuthority;
  let server: SecureServer;
  let folder: string;

  before(async () => {
    authority = new TestAuthority();
    server = await startSecure(readIdentity(authority.issue()), sayWho);
    folder = mkdtempSync(join(tmpdir(), 'skills-tls-'));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const fails = (options: NetworkOptions, message: RegExp, code: ErrorCode = 'ERR_NETWORK', host = server.host) =>
    failureOf(() => get(`https://${host}/`, options), code, message);

  it('trusts an authority that is named for all hosts', async () => {
    expect(await get(`https://${server.host}/`, { ca: [authority.ca] })).to.equal('nobody');
  });

  it('trusts an authority that is named for this host, with its port or without, and for no other', async () => {
    for (const host of ['127.0.0.1', server.host]) {
      const hosts = new Map([[host, { ca: [authority.ca] }]]);
      expect(await get(`https://${server.host}/`, { hosts })).to.equal('nobody');
      await failureOf(() => get(`https://localhost:${server.port}/`, { hosts }), 'ERR_NETWORK', /certificate/);
    }
  });

  it('goes on trusting the usual authorities beside it', async () => {
    const { getCACertificates } = await import('node:tls');
    const { createTrust } = await import('../../../src/core/http/trust.ts');
    createTrust({ ca: [authority.ca] }, false);
    expect(getCACertificates('default').length).to.be.above(100);
  });

  it('refuses an authority that nobody named, and says how to name it', async () => {
    const { hint } = await fails({}, /certificate is not accepted.*UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
    expect(hint).to.contain('--ca-file').and.contain('NODE_EXTRA_CA_CERTS').and.contain(`hosts.${server.host}.ca`);
  });

  it('falls back on the authorities of the operating system, as curl does', async () => {
    const { execFile } = await import('node:child_process');
    const program = `
      import { exchange, Network } from ${JSON.stringify(new URL('../../../src/core/index.ts', import.meta.url).href)};
      const network = new Network({ env: {} });
      const url = new URL('https://${server.host}/');
      const answers = await Promise.all([1, 2, 3].map(() => exchange(network, { method: 'GET', url, headers: {} })));
      console.log(answers.map(({ status }) => status).join());
      network.close();`;
    const env = { ...process.env, SSL_CERT_FILE: authority.ca, SSL_CERT_DIR: folder };
    const output = await new Promise((resolve, reject) => {
      execFile(process.execPath, ['--input-type=module', '-e', program], { env, timeout: 20_000 }, (error, text) =>
        error ? reject(error) : resolve(text),
      );
    });
    expect(output).to.equal('200,200,200\n');
  });

  it('refuses an expired certificate, and says so', async () => {
    await using old = await startSecure(readIdentity(authority.issue({ days: -1 })), sayWho);
    const { hint } = await fails({ ca: [authority.ca] }, /has expired/, 'ERR_NETWORK', old.host);
    expect(hint).to.contain('clock');
  });

  it('refuses a certificate for another name, and says for which it is', async () => {
    await using other = await startSecure(readIdentity(authority.issue({ names: 'DNS:other.test' })), sayWho);
    const { hint } = await fails({ ca: [authority.ca] }, /other names.*DNS:other\.test/, 'ERR_NETWORK', other.host);
    expect(hint).to.contain('use one of these names');
  });

  it('says that a server speaks plain http', async () => {
    const { startScripted, closeServers } = await import('../../oci/support/scripted-server.ts');
    const plain = await startScripted({});
    const { hint } = await fails({}, /does not speak https/, 'ERR_NETWORK', plain.host);
    expect(hint).to.contain(`--plain-http ${plain.host}`);
    await closeServers();
  });

  it('is asked for where a host answers plain http by a TLS alert', async () => {
    const alert = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])));
    });
    await new Promise<void>((settle) => alert.listen(0, '127.0.0.1', settle));
    try {
      const { port } = alert.address() as AddressInfo;
      const { hint } = await failureOf(() => get(`http://127.0.0.1:${port}/`), 'ERR_NETWORK', /HPE_INVALID_CONSTANT/);
      expect(hint).to.contain('--ca-file');
    } finally {
      alert.close();
    }
  });

  it('is asked for where a host breaks off plain http', async () => {
    const { hint } = await failureOf(() => get(`http://${server.host}/`), 'ERR_NETWORK', /broken/);
    expect(hint).to.contain('--ca-file');
  });

  it('is not looked at for a host that is configured so, and for that alone', async () => {
    const hosts = new Map([['127.0.0.1', { insecure: true }]]);
    expect(await get(`https://${server.host}/`, { hosts })).to.equal('nobody');
    await failureOf(() => get(`https://localhost:${server.port}/`, { hosts }), 'ERR_NETWORK', /certificate/);
    const network = new Network({ env: {}, hosts });
    expect(network.isInsecure(new URL(`https://${server.host}`))).to.equal(true);
    expect(network.isInsecure(new URL('https://ghcr.io'))).to.equal(false);
  });

  for (const [what, write, message] of [
    ['is not there', () => join(folder, 'nothing.pem'), /nothing\.pem.*ENOENT/],
    ['is no PEM', () => file('der.pem', '\u0030\u0082'), /der\.pem.*holds no certificate in PEM form/],
    ['is damaged', () => file('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), /bad\.pem/],
  ] as const) {
    it(`names the file of an authority that ${what}`, async () => {
      await fails({ ca: [write()] }, message, 'ERR_CONFIG_INVALID');
    });
  }

  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  describe('with client certificates', () => {
    let strict: SecureServer;
    before(async () => {
      const { readFileSync } = await import('node:fs');
      const options = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.ca) };
      strict = await startSecure({ ...readIdentity(authority.issue()), ...options }, sayWho);
    });
    after(() => strict[Symbol.asyncDispose]());

    it('shows the one that is given', async () => {
      expect(await get(`https://${strict.host}/`, { ca: [authority.ca], identity: authority.issue() })).to.equal(
        'issued',
      );
    });

    it('shows the one that is configured for the host', async () => {
      const hosts = new Map([['127.0.0.1', { ca: [authority.ca], ...authority.issue() }]]);
      expect(await get(`https://${strict.host}/`, { hosts })).to.equal('issued');
    });

    it('shows none to a host that is not asked as a registry', async () => {
      const options = { ca: [authority.ca], identity: authority.issue(), asRegistry: false };
      await failureOf(() => get(`https://${strict.host}/`, options), 'ERR_NETWORK');
    });

    it('says that one is wanted', async () => {
      const { hint } = await failureOf(
        () => get(`https://${strict.host}/`, { ca: [authority.ca] }),
        'ERR_NETWORK',
        /wants a client certificate/,
      );
      expect(hint).to.contain('--cert-file').and.contain('--key-file');
    });

    it('takes what podman and docker keep in certs.d', async () => {
      const { cert, key } = authority.issue();
      const kept = join(folder, 'containers', 'certs.d', strict.host);
      mkdirSync(kept, { recursive: true });
      copyFileSync(authority.ca, join(kept, 'ca.crt'));
      copyFileSync(cert, join(kept, 'client.cert'));
      copyFileSync(key, join(kept, 'client.key'));
      const env = { XDG_CONFIG_HOME: folder, HOME: folder };
      expect(await get(`https://${strict.host}/`, { env })).to.equal('issued');
      await failureOf(() => get(`https://localhost:${strict.port}/`, { env }), 'ERR_NETWORK');
    });

    it('needs both files, which belong together and have no passphrase', async () => {
      const one = authority.issue();
      const { execFileSync } = await import('node:child_process');
      const locked = join(folder, 'locked.key');
      execFileSync('openssl', ['pkey', '-in', one.key, '-aes256', '-passout', 'pass:x', '-out', locked]);
      const rows: readonly (readonly [{ cert?: string; key?: string }, RegExp])[] = [
        [{ cert: one.cert }, /needs both/],
        [{ cert: one.cert, key: authority.issue().key }, /it is not the key of/],
        [{ cert: one.cert, key: locked }, /passphrase/],
        [{ cert: one.key, key: one.key }, /no certificate/],
      ];
      for (const [identity, message] of rows) await fails({ identity }, message, 'ERR_CONFIG_INVALID');
    });
  });
});

describe('a proxy', () => {
  let authority: TestAuthority;
  let server: SecureServer;
  before(async () => {
    authority = new TestAuthority();
    server = await startSecure(readIdentity(authority.issue()), sayWho);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
  });
  const ca = () => ({ ca: [authority.ca] });

  it('carries https in a tunnel that is kept', async () => {
    await using proxy = await startProxy({ to: server.host });
    const network = new Network({ ...ca(), env: { HTTPS_PROXY: proxy.url } });
    for (let n = 0; n < 3; n++) {
      const url = new URL('https://registry.test/v2/');
      discard(await exchange(network, { method: 'GET', url, headers: { authorization: 'Bearer secret' } }));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    network.close();
    expect(proxy.asked.map(({ what }) => what)).to.deep.equal(['CONNECT registry.test:443']);
    expect(JSON.stringify(proxy.asked[0]?.headers)).not.to.contain('secret');
  });

  it('carries http by the whole address', async () => {
    const { startScripted, closeServers, reply } = await import('../../oci/support/scripted-server.ts');
    const plain = await startScripted({ 'GET /v2/': reply(200, {}, 'hello') });
    await using proxy = await startProxy({ to: plain.host });
    expect(await get('http://registry.test:8080/v2/?n=1', { env: { HTTP_PROXY: proxy.url } })).to.equal('hello');
    expect(proxy.asked.map(({ what }) => what)).to.deep.equal(['GET http://registry.test:8080/v2/?n=1']);
    expect(plain.seen[0]?.headers.host).to.equal('registry.test:8080');
    await closeServers();
  });

  it('gets the credentials of its address, and nobody else does', async () => {
    const authorization = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`;
    await using proxy = await startProxy({ to: server.host, authorization });
    const env = { HTTPS_PROXY: proxy.url.replace('://', '://ann:p%40ss@') };
    expect(await get('https://registry.test/', { ...ca(), env })).to.equal('nobody');
    const { hint, message } = await failureOf(
      () => get('https://registry.test/', { ...ca(), env: { HTTPS_PROXY: proxy.url.replace('://', '://ann:wrong@') } }),
      'ERR_NETWORK',
      /refuses the connection: 407/,
    );
    expect(hint).to.contain('name and password').and.contain('HTTPS_PROXY');
    expect(message).not.to.contain('wrong');
  });

  it('may speak TLS itself, by a certificate of the same authority', async () => {
    await using proxy = await startProxy({ to: server.host, identity: readIdentity(authority.issue()) });
    expect(await get('https://registry.test/', { ...ca(), env: { HTTPS_PROXY: proxy.url } })).to.equal('nobody');
    expect(proxy.asked).to.have.length(1);
  });

  for (const url of ['https://registry.test/', 'http://registry.test/']) {
    it(`must show a certificate of its own name, not of ${url}`, async () => {
      const identity = (names: string) => readIdentity(authority.issue({ names }));
      await using right = await startProxy({ to: server.host, identity: identity('IP:127.0.0.1') });
      await using wrong = await startProxy({ to: server.host, identity: identity('DNS:registry.test') });
      const by = (proxy: { url: string }) => ({ ...ca(), env: { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url } });
      await get(url, by(right)).catch((error) => expect(error.message).not.to.contain('altname'));
      expect(right.asked).to.have.length(1);
      await failureOf(() => get(url, by(wrong)), 'ERR_NETWORK');
      expect(wrong.asked).to.deep.equal([]);
    });
  }

  it('is passed by for what NO_PROXY lists', async () => {
    await using proxy = await startProxy({ to: server.host });
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'registry.test' };
    await failureOf(() => get('https://registry.test/', { ...ca(), env }), 'ERR_NETWORK');
    expect(proxy.asked).to.have.length(0);
  });

  it('is used for this machine only where it is configured for that host', async () => {
    await using proxy = await startProxy({ to: server.host });
    await get(`https://${server.host}/`, { ...ca(), env: { HTTPS_PROXY: proxy.url } });
    expect(proxy.asked).to.have.length(0);
    await get(`https://${server.host}/`, { ...ca(), hosts: new Map([['127.0.0.1', { proxy: proxy.url }]]) });
    expect(proxy.asked).to.have.length(1);
  });

  it('can be switched off for a host', async () => {
    await using proxy = await startProxy({ to: server.host });
    const hosts = new Map([['registry.test', { proxy: 'none' }]]);
    await failureOf(
      () => get('https://registry.test/', { ...ca(), env: { HTTPS_PROXY: proxy.url }, hosts }),
      'ERR_NETWORK',
    );
    expect(proxy.asked).to.have.length(0);
  });

  it('that refuses, or is not there, is named', async () => {
    await using proxy = await startProxy({ to: server.host, refuse: 403 });
    const env = { HTTPS_PROXY: proxy.url };
    const { hint } = await failureOf(
      () => get('https://registry.test/', { env }),
      'ERR_NETWORK',
      /refuses the connection: 403/,
    );
    expect(hint).to.contain('NO_PROXY');
    const dead = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    await failureOf(
      () => get('https://registry.test/', { env: dead }),
      'ERR_NETWORK',
      /proxy 127\.0\.0\.1:1 cannot be reached/,
    );
  });

  it('of the configuration is looked for there when it fails', async () => {
    await using proxy = await startProxy({ to: server.host, refuse: 403 });
    const through = async (url: string) => {
      const hosts = new Map([['registry.test', { proxy: url }]]);
      return (await failureOf(() => get('https://registry.test/', { env: {}, hosts }), 'ERR_NETWORK', /the proxy/))
        .hint;
    };
    expect(await through('http://127.0.0.1:1')).to.equal(
      '"skills config list" shows the proxy that is set for registry.test: check it, and the network',
    );
    expect(await through(proxy.url))
      .to.contain('in the configuration to none')
      .and.not.contain('NO_PROXY');
  });

  it('that never answers is given up in time, and at once when the work is aborted', async () => {
    await using proxy = await startProxy({ to: server.host, hang: true });
    const env = { HTTPS_PROXY: proxy.url };
    const start = performance.now();
    await failureOf(
      () => get('https://registry.test/', { env, connectTimeout: 200 }),
      'ERR_NETWORK',
      /no connection through the proxy/,
    );
    expect(performance.now() - start).to.be.below(1_500);
    const network = new Network({ env, connectTimeout: 60_000 });
    const signal = AbortSignal.timeout(100);
    await failureOf(
      () => exchange(network, { method: 'GET', url: new URL('https://registry.test/'), headers: {}, signal }),
      'ERR_INTERRUPTED',
    );
    network.close();
  });

  it('of another kind is refused, and not passed by', async () => {
    const env = { HTTPS_PROXY: 'socks5://127.0.0.1:1' };
    await failureOf(() => get('https://registry.test/', { env }), 'ERR_CONFIG_INVALID', /HTTPS_PROXY/);
  });
});
