import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { writeHelper } from '../oci/credentials/support/helper.ts';
import { Room } from './support/room.ts';
import { finished, type RunResult, skills, start } from './support/run.ts';
import { typed } from './support/terminal.ts';

const secret = 'S3cret-of-ann';

describe('skills login and logout', function () {
  this.timeout(60_000);
  let place: Room;
  let server: RegistryServer;
  let room: Room;
  before(async () => {
    place = new Room();
    const htpasswd = join(place.path, 'users');
    writeFileSync(htpasswd, `ann:${hashSync(secret, 4)}\n`);
    server = await serveRegistry({ dir: join(place.path, 'registry'), htpasswd, durable: false });
  });
  after(async () => {
    await server.close();
    place[Symbol.dispose]();
  });
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => room[Symbol.dispose]());

  const options = (env: Record<string, string> = {}) => ({
    ...room.options,
    env: { ...room.options.env, XDG_RUNTIME_DIR: join(room.path, 'run'), ...env },
  });
  const config = () => join(room.home, '.docker', 'config.json');
  const piped = async (input: string, words: readonly string[], env?: Record<string, string>): Promise<RunResult> => {
    const child = start(words, options(env));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    return finished(child);
  };
  const shows = ({ stdout, stderr }: RunResult) => `${stdout}\n${stderr}`;

  it('takes the password from a pipe, keeps it, says where, and shows it nowhere', async () => {
    const result = await piped(`${secret}\n`, ['login', server.host, '-u', 'ann', '--password-stdin', '--verbose']);
    expect(result.code, result.stderr).to.equal(0);
    expect(result.stdout).to.equal(`Logged in to ${server.host} as ann\nKept in ${config()}\n`);
    expect(result.stderr).to.include(`warning: the password stands in ${config()} as plain base64`);
    expect(shows(result))
      .to.not.include(secret)
      .and.not.include(Buffer.from(`ann:${secret}`).toString('base64'));
    const again = await piped(secret, ['login', server.host, '-u', 'ann', '--password-stdin']);
    expect([again.code, again.stderr]).to.deep.equal([0, '']);
    room.writeSkill('pdf', { version: '1.0.0' });
    const push = await skills(['push', join(room.path, 'skills', 'pdf'), `${server.host}/acme/pdf:1.0.0`], options());
    expect(push.code, push.stderr).to.equal(0);
    const out = await skills(['logout', server.host], options());
    expect(out.stdout).to.equal(`Logged out of ${server.host}\nWas kept in ${config()}\n`);
    const twice = await skills(['logout', server.host], options());
    expect([twice.code, twice.stdout]).to.deep.equal([0, `Not logged in to ${server.host}\n`]);
  });

  it('asks on a terminal, and does not show what is typed for the password', async () => {
    const { code, screen } = await typed(
      ['login', server.host, '--verbose'],
      [
        [/User name for \S+:/, 'ann\r'],
        [/Password or token of ann for \S+:/, `${secret}\r`],
      ],
      options(),
    );
    expect(code, screen).to.equal(0);
    expect(screen).to.include(`Logged in to ${server.host} as ann`);
    expect(screen).to.not.include(secret).and.not.include('*').and.not.include('toggle');
    expect(JSON.parse(readFileSync(config(), 'utf8')).auths).to.have.keys(server.host);
  });

  it('asks for the password of a single command too', async () => {
    room.writeSkill('pdf', { version: '1.0.0' });
    const words = ['push', join(room.path, 'skills', 'pdf'), `${server.host}/typed/pdf:1.0.0`, '--username', 'ann'];
    const { code, screen } = await typed(words, [[/Password or token of ann for \S+:/, `${secret}\r`]], options());
    expect(code, screen).to.equal(0);
    expect(screen).to.not.include(secret);
    const { code: without } = await skills(['resolve', `${server.host}/typed/pdf:1.0.0`], options());
    expect(without, 'nothing was stored').to.equal(6);
  });

  it('ends when it is stopped at the question, with nothing stored', async () => {
    const { code } = await typed(['login', server.host], [[/User name for \S+:/, '\u0003']], options());
    expect(code).to.equal(130);
    expect(() => readFileSync(config())).to.throw(/ENOENT/);
  });

  it('asks nothing without a terminal: the error names the flag', async () => {
    const rows: readonly (readonly [string[], RegExp])[] = [
      [['login', server.host], /a user name for .*--username NAME/s],
      [['login', server.host, '-u', 'ann'], /a password for .*--password-stdin/s],
      [['login'], /not said which registry.*skills login ghcr\.io/s],
      [['resolve', `${server.host}/a/b:1`, '--username', 'ann'], /a password for .*--password-stdin/s],
      [['resolve', `${server.host}/a/b:1`, '--password-stdin'], /needs --username/],
      [['login', server.host, '-u', 'ann', '--identity-token-stdin'], /exclude each other/],
      [['login', server.host, '-u', 'ann', '--password-stdin'], /standard input is empty/],
    ];
    for (const [words, message] of rows) {
      const result = await skills(words, options());
      expect([result.code, result.stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(result.stderr).to.match(message);
    }
  });

  it('knows no flag with a password, and does not repeat one', async () => {
    const result = await skills(['login', server.host, '-u', 'ann', `--password=${secret}`], options());
    expect(result.code).to.equal(2);
    expect(result.stderr).to.include('has no flag --password').and.include('did you mean --password-stdin?');
    expect(result.stderr).to.not.include(secret);
  });

  it('keeps nothing that is refused, and shows it nowhere', async () => {
    const words = ['login', server.host, '-u', 'ann', '--password-stdin', '--verbose'];
    const result = await piped('wrong-Secret', words);
    expect(result.code).to.equal(6);
    expect(result.stderr).to.match(/does not take these credentials; nothing was stored/);
    expect(shows(result))
      .to.not.include('wrong-Secret')
      .and.not.include(Buffer.from('ann:wrong-Secret').toString('base64'));
    expect(() => readFileSync(config())).to.throw(/ENOENT/);
  });

  it('leaves the password to the helper that is configured', async () => {
    const bin = join(room.path, 'bin');
    const helper = writeHelper(bin, 'vault');
    mkdirSync(join(room.home, '.docker'));
    writeFileSync(config(), '{"credsStore":"vault"}');
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const login = await piped(secret, ['login', server.host, '-u', 'ann', '--password-stdin'], env);
    expect(login.stdout).to.include(`Kept by the credential helper "vault" (${config()})`);
    expect(login.stderr).to.equal('');
    expect(helper.held()).to.deep.equal({ [server.host]: { Username: 'ann', Secret: secret } });
    expect(readFileSync(config(), 'utf8')).to.not.include(Buffer.from(`ann:${secret}`).toString('base64'));
    expect((await skills(['logout', server.host], options(env))).stdout).to.include('"vault"');
    expect(helper.held()).to.deep.equal({});
  });

  it('takes one line break from the end of what is piped in, and no more than a password', async () => {
    const words = ['login', server.host, '-u', 'ann', '--password-stdin'];
    expect((await piped(`${secret}\r\n`, words)).code).to.equal(0);
    const two = await piped(`${secret}\n\n`, words);
    expect(two.code).to.equal(2);
    expect(two.stderr).to.include('control characters').and.not.include(secret);
    const long = await piped('x'.repeat(200_000), words);
    expect([long.code, long.stdout]).to.deep.equal([2, '']);
    expect(long.stderr).to.include('too long for a password');
  });

  it('says with --json what the schema says', async () => {
    const file = join(room.path, 'mine.json');
    const words = ['login', server.host, '-u', 'ann', '--password-stdin', '--registry-config', file, '--json'];
    const rows: [OutputName, RunResult][] = [
      ['login', await piped(secret, words)],
      ['logout', await skills(['logout', server.host, '--registry-config', file, '--json'], options())],
    ];
    for (const [name, { stdout, stderr }] of rows) {
      const read = outputSchemas[name].safeParse(JSON.parse(stdout));
      expect(read.error?.issues, `${name}: ${stdout}`).to.equal(undefined);
      expect(stdout).to.include(file);
      expect(stderr).to.equal('');
    }
  });

  it('gives credentials to the registry that the command names, and asks which where it names two', async () => {
    room.writeSkill('pdf', { version: '1.0.0' });
    const words = ['push', join(room.path, 'skills', 'pdf'), `${server.host}/flags/pdf:1.0.0`];
    const push = await piped(secret, [...words, '--username', 'ann', '--password-stdin', '--verbose']);
    expect(push.code, push.stderr).to.equal(0);
    expect(shows(push)).to.not.include(secret);
    const env = {
      SKILLS_REGISTRY: `${server.host}/flags`,
      SKILLS_REGISTRY_USERNAME: 'ann',
      SKILLS_REGISTRY_PASSWORD: secret,
    };
    const pull = await skills(['pull', 'pdf@1.0.0', '--verbose'], options(env));
    expect(pull.code, pull.stderr).to.equal(0);
    expect(shows(pull)).to.not.include(secret);
    const both = ['resolve', `${server.host}/flags/pdf:1.0.0`, '--registry', 'other.example/x'];
    const two = await piped(secret, [...both, '--username', 'ann', '--password-stdin']);
    expect(two.code).to.equal(2);
    expect(two.stderr).to.include(`skills login ${server.host}, skills login other.example`);
  });

  it('tells of a helper that is not there', async () => {
    mkdirSync(join(room.home, '.docker'));
    writeFileSync(config(), '{"credsStore":"gone"}');
    const words = ['resolve', `${server.host}/a/b:1`];
    const result = await skills(words, options());
    expect(result.code).to.equal(6);
    expect(result.stderr).to.include('docker-credential-gone').and.include('is not on the PATH');
    writeFileSync(config(), JSON.stringify({ credHelpers: { [server.host]: 'gone' } }));
    const needed = await skills(words, options());
    expect(needed.code).to.equal(2);
    expect(needed.stderr).to.include('docker-credential-gone').and.include('install it');
  });
});
