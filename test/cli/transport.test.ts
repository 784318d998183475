import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { readIdentity, TestAuthority } from '../support/certificates.ts';
import { forwardTo } from '../support/forward.ts';
import { startProxy } from '../support/proxy.ts';
import { type SecureServer, startSecure } from '../support/secure-server.ts';
import { Room } from './support/room.ts';
import { skills } from './support/run.ts';

describe('flags that say how a registry is reached', function () {
  this.timeout(60_000);
  let room: Room;
  let server: RegistryServer;
  let secure: SecureServer;
  let authority: TestAuthority;
  let reference: string;
  const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    skills(words, { ...room.options, env: { ...room.options.env, ...env } });

  before(async () => {
    room = new Room();
    authority = new TestAuthority();
    server = await serveRegistry({ dir: join(room.path, 'registry') });
    const wants = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.ca) };
    secure = await startSecure({ ...readIdentity(authority.issue()), ...wants }, forwardTo(server.host));
    reference = `${secure.host}/team/pdf:1.0.0`;
    const { code, stderr } = await run(['push', room.writeSkill('pdf'), `${server.host}/team/pdf:1.0.0`]);
    expect(code, stderr).to.equal(0);
  });
  after(async () => {
    await secure[Symbol.asyncDispose]();
    await server.close();
    authority[Symbol.dispose]();
    room[Symbol.dispose]();
  });

  it('name certificates: --ca-file, --cert-file, --key-file', async () => {
    const { cert, key } = authority.issue();
    const flags = ['--ca-file', authority.ca, '--cert-file', cert, '--key-file', key];
    const { code, stdout, stderr } = await run(['resolve', reference, ...flags]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/sha256:[0-9a-f]{64}/);
    const without = await run(['resolve', reference, '--ca-file', authority.ca]);
    expect(without.code).to.equal(5);
    expect(without.stderr).to.contain('client certificate').and.contain('--cert-file');
  });

  it('go together', async () => {
    const { code, stderr } = await run(['resolve', reference, '--cert-file', authority.ca]);
    expect(code).to.equal(2);
    expect(stderr).to.contain('--key-file');
  });

  it('say which file cannot be used', async () => {
    const { code, stderr } = await run(['resolve', reference, '--ca-file', 'nothing.pem']);
    expect(code).to.equal(2);
    expect(stderr).to.contain(join(room.project, 'nothing.pem'));
  });

  it('warn about a certificate that is not checked, also with --json', async () => {
    const { cert, key } = authority.issue();
    const words = ['resolve', reference, '--insecure', secure.host, '--cert-file', cert, '--key-file', key];
    const { code, stdout, stderr } = await run([...words, '--json']);
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.have.property('digest');
    expect(stderr).to.match(/warning: .*certificate of .* is not checked/);
  });

  it('can be set for good, and a proxy comes from the environment', async () => {
    const { cert, key } = authority.issue();
    for (const [field, file] of Object.entries({ ca: authority.ca, cert, key })) {
      expect((await run(['config', 'set', `hosts.registry.test.${field}`, file])).code).to.equal(0);
    }
    await using proxy = await startProxy({ to: secure.host });
    const { code, stderr } = await run(['pull', 'registry.test/team/pdf:1.0.0'], {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '',
    });
    expect(code, stderr).to.equal(0);
    expect(proxy.asked.map(({ what }) => what)).to.include('CONNECT registry.test:443');
  });
});
