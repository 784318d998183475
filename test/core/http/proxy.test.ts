import { expect } from 'chai';
import fc from 'fast-check';
import { isExempt, parseProxy, proxyOf } from '../../../src/core/http/proxy.ts';
import { isSkillsError } from '../../../src/core/index.ts';

const of = (address: string, env: NodeJS.ProcessEnv) => proxyOf(new URL(address), env)?.href;

describe('the proxy of the environment', () => {
  const env = { HTTPS_PROXY: 'http://secure.example:3128', HTTP_PROXY: 'http://plain.example:3128' };

  it('is HTTPS_PROXY for https and HTTP_PROXY for http', () => {
    expect(of('https://ghcr.io/v2/', env)).to.equal('http://secure.example:3128/');
    expect(of('http://ghcr.io/v2/', env)).to.equal('http://plain.example:3128/');
    expect(of('https://ghcr.io/', { HTTP_PROXY: env.HTTP_PROXY })).to.equal(undefined);
  });

  it('is the one in lower case where there are both', () => {
    expect(of('https://ghcr.io/', { ...env, https_proxy: 'http://lower.example:1' })).to.equal(
      'http://lower.example:1/',
    );
  });

  it('may stand without its scheme, and empty means none', () => {
    expect(of('https://ghcr.io/', { HTTPS_PROXY: 'proxy.example:3128' })).to.equal('http://proxy.example:3128/');
    expect(of('https://ghcr.io/', { HTTPS_PROXY: '' })).to.equal(undefined);
  });

  for (const address of ['http://localhost:5000/', 'https://127.0.0.1/', 'http://[::1]:80/', 'http://a.localhost/']) {
    it(`is not for ${address}`, () => {
      expect(of(address, env)).to.equal(undefined);
    });
  }

  it('must speak http or https', () => {
    for (const text of ['socks5://proxy.example:1080', 'ftp://proxy.example', 'http://']) {
      try {
        parseProxy(text, 'HTTPS_PROXY');
        expect.fail(`${text} was taken`);
      } catch (error) {
        expect(isSkillsError(error, 'ERR_CONFIG_INVALID'), String(error)).to.equal(true);
        expect(String(error)).to.match(/HTTPS_PROXY names no proxy/);
      }
    }
  });

  it('keeps its password out of what is said of it', () => {
    try {
      parseProxy('socks5://ann:geheim@proxy.example', 'HTTPS_PROXY');
      expect.fail('it was taken');
    } catch (error) {
      expect(JSON.stringify({ ...(error as object), message: String(error) })).not.to.contain('geheim');
    }
  });
});

describe('NO_PROXY', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['*', 'https://ghcr.io/', true],
    ['ghcr.io', 'https://ghcr.io/', true],
    ['GHCR.IO', 'https://ghcr.io/', true],
    ['example.com', 'https://registry.example.com/', true],
    ['example.com', 'https://notexample.com/', false],
    ['.example.com', 'https://registry.example.com/', true],
    ['.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['registry.example.com:5000', 'https://registry.example.com:5000/', true],
    ['registry.example.com:5000', 'https://registry.example.com/', false],
    ['registry.example.com:443', 'https://registry.example.com/', true],
    ['10.0.0.0/8', 'http://10.20.30.40/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/99', 'http://10.0.0.1/', false],
    ['10.1.2.3', 'http://10.1.2.3:5000/', true],
    ['fd00::/8', 'http://[fd12::1]:5000/', true],
    ['[fd12::1]:5000', 'http://[fd12::1]:5000/', true],
    ['a.test, b.test  c.test', 'https://c.test/', true],
    ['', 'https://ghcr.io/', false],
    [',, ,', 'https://ghcr.io/', false],
  ];
  for (const [list, address, exempt] of rows) {
    it(`"${list}" ${exempt ? 'exempts' : 'does not exempt'} ${address}`, () => {
      expect(isExempt(new URL(address), list)).to.equal(exempt);
    });
  }

  it('is read whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (list) => typeof isExempt(new URL('https://1.2.3.4/'), list) === 'boolean',
      ),
    );
  });
});
