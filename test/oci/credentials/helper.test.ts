import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eraseFromHelper, getFromHelper, type Helper, storeInHelper } from '../../../src/oci/credentials/helper.ts';
import { failureOf } from '../support/failure.ts';
import { writeBadHelper, writeHelper } from './support/helper.ts';
import { CredentialRoom } from './support/room.ts';

describe('a credential helper', () => {
  let room: CredentialRoom;
  beforeEach(() => {
    room = new CredentialRoom();
  });
  afterEach(() => room[Symbol.dispose]());

  const helper = (name = 'real', more: Partial<Helper> = {}): Helper => ({
    name,
    file: '/config.json',
    env: room.env(),
    timeout: 20_000,
    ...more,
  });

  it('keeps, gives and forgets what it is told to', async () => {
    const real = writeHelper(room.bin, 'real');
    const credentials = { username: 'ann', password: 'p"ä\\ss word' };
    await storeInHelper(helper(), 'a.io', credentials);
    expect(real.held()).to.deep.equal({ 'a.io': { Username: 'ann', Secret: 'p"ä\\ss word' } });
    expect(await getFromHelper(helper(), 'a.io')).to.deep.equal(credentials);
    await eraseFromHelper(helper(), 'a.io');
    expect(await getFromHelper(helper(), 'a.io')).to.equal(undefined);
    await eraseFromHelper(helper(), 'a.io');
    expect(real.runs().map(({ words }) => words)).to.deep.equal([['store'], ['get'], ['erase'], ['get'], ['erase']]);
  });

  it('keeps an identity token under the user that docker keeps it under', async () => {
    const real = writeHelper(room.bin, 'real');
    await storeInHelper(helper(), 'docker.io', { identityToken: 'idt' });
    expect(real.held()).to.deep.equal({ 'https://index.docker.io/v1/': { Username: '<token>', Secret: 'idt' } });
    expect(await getFromHelper(helper(), 'index.docker.io')).to.deep.equal({ identityToken: 'idt' });
  });

  const none: readonly (readonly [string, string])[] = [
    ['the words of the protocol', `echo 'credentials not found in native keychain'; exit 1`],
    ['them on standard error', `echo 'Credentials not found in native keychain' >&2; exit 2`],
    ['nothing', 'exit 0'],
    ['empty strings', `echo '{"ServerURL":"a.io","Username":"","Secret":""}'`],
  ];
  for (const [what, line] of none) {
    it(`has none where it answers with ${what}`, async () => {
      writeBadHelper(room.bin, 'x', line);
      expect(await getFromHelper(helper('x'), 'a.io')).to.equal(undefined);
    });
  }

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', 'echo hush-hush', /names for a\.io, answered something that is not/],
    ['a list', `echo '["hush-hush"]'`, /answered something that is not/],
    ['no user', `echo '{"Secret":"hush-hush"}'`, /answered something that is not/],
    ['no secret', `echo '{"Username":"hush-hush"}'`, /answered something that is not/],
    ['a number', `echo '{"Username":"ann","Secret":7}'`, /answered something that is not/],
    ['a failure', 'echo "the keychain is locked" >&2; exit 3', /\(exit code 3\): the keychain is locked$/],
    ['a failure without a word', 'exit 7', /failed on "get" \(exit code 7\)$/],
    ['a failure with control characters', `printf 'a\\033[31mred\\n\\n'; exit 1`, /: a \[31mred$/],
    ['a token in its complaint', 'echo "Bearer abcdefghijklmnop is bad"; exit 1', /: Bearer \*\*\* is bad$/],
    ['far too much', 'head -c 200000 /dev/zero', /says too much/],
    ['its own death', 'kill -9 $$', /failed on "get"$/],
  ];
  for (const [what, line, message] of broken) {
    it(`is refused where it answers with ${what}`, async () => {
      writeBadHelper(room.bin, 'x', line);
      const error = await failureOf(() => getFromHelper(helper('x'), 'a.io'), 'ERR_CONFIG_INVALID', message);
      expect(error.message).to.match(/^the credential helper docker-credential-x, which \/config\.json names/);
      expect(error.hint).to.include('skills login a.io');
      expect(JSON.stringify([error.message, error.hint, error.data, String(error.cause)])).to.not.include('hush');
    });
  }

  it('is given up when it does not answer, with what it started itself', async () => {
    writeBadHelper(room.bin, 'slow', 'sleep 30 & sleep 30');
    const started = performance.now();
    const error = await failureOf(
      () => getFromHelper(helper('slow', { timeout: 300 }), 'a.io'),
      'ERR_CONFIG_INVALID',
      /has not answered "get" within 0\.3 s/,
    );
    expect(performance.now() - started).to.be.within(250, 5_000);
    expect(error.hint).to.include('echo a.io | docker-credential-slow get');
  });

  it('that is not installed is an error that says what to do', async () => {
    const error = await failureOf(
      () => getFromHelper(helper('gone'), 'a.io'),
      'ERR_CONFIG_INVALID',
      /is not on the PATH/,
    );
    expect(error.hint).to.match(/install it; or take it out of "credsStore" and "credHelpers" in \/config\.json/);
  });

  it('that cannot be run is one too', async () => {
    mkdirSync(room.bin);
    writeFileSync(join(room.bin, 'docker-credential-bad'), 'no program', { mode: 0o755 });
    await failureOf(
      () => getFromHelper(helper('bad'), 'a.io'),
      'ERR_CONFIG_INVALID',
      /cannot be started|failed on "get"/,
    );
  });

  for (const name of ['../evil', 'a b', 'x;touch', '$(id)', 'a/b', 'a\\b', '', 'ä']) {
    it(`is never called "${name}"`, async () => {
      const error = await failureOf(() => getFromHelper(helper(name), 'a.io'), 'ERR_CONFIG_INVALID', /cannot name/);
      expect(error.message).to.include('/config.json');
    });
  }

  it('is never looked for in the folder that one stands in', async () => {
    writeBadHelper(join(room.path, 'here'), 'x', `touch '${join(room.path, 'ran')}'`);
    const before = process.cwd();
    process.chdir(join(room.path, 'here'));
    try {
      for (const PATH of ['.:/usr/bin', ':/usr/bin', 'bin', '']) {
        await failureOf(() => getFromHelper(helper('x', { env: { PATH } }), 'a.io'), 'ERR_CONFIG_INVALID', /PATH/);
      }
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(room.path, 'ran'))).to.equal(false);
  });

  it('gets no shell: what a host is called is text', async () => {
    const real = writeHelper(room.bin, 'real');
    await getFromHelper(helper(), 'a.io;touch x');
    expect(real.runs()[0]?.input).to.equal('a.io;touch x');
  });

  it('may close its input without reading', async () => {
    writeBadHelper(room.bin, 'x', 'exec 0<&-', `echo '{"ServerURL":"a","Username":"ann","Secret":"pw"}'`);
    await storeInHelper(helper('x'), 'a.io', { username: 'ann', password: 'x'.repeat(1_000_000) });
  });

  it('shows the password in no error when it fails to keep it, and in no process list', async () => {
    const log = join(room.path, 'arguments');
    writeBadHelper(room.bin, 'x', `echo "$@" > ${log}`, 'cat; exit 1');
    const credentials = { username: 'ann', password: 'hu"sh\\hush' };
    const error = await failureOf(
      () => storeInHelper(helper('x'), 'a.io', credentials),
      'ERR_CONFIG_INVALID',
      /"store"/,
    );
    expect(JSON.stringify([error.message, error.hint, error.data])).to.not.match(/hu.{0,4}sh/);
    expect(error.message).to.include('***');
    expect(readFileSync(log, 'utf8')).to.equal('store\n');
  });
});
