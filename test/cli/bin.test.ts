import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bin, finished, root, skills, start } from './support/run.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('the program', () => {
  for (const word of ['--version', '-v', 'version']) {
    it(`answers ${word}`, async () => {
      const { code, stdout, stderr } = await skills([word]);
      expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: `skills ${version}\n`, stderr: '' });
    });
  }

  it('tells an older Node in one line, with exit code 2', async () => {
    const script = `import(${JSON.stringify(join(root, 'bin', 'start.js'))}).then((m) => m.start('20.19.4'))`;
    const failure = await promisify(execFile)(process.execPath, ['-e', script]).catch((error) => error);
    expect(failure.code).to.equal(2);
    expect(failure.stderr).to.equal('skills needs Node 22.22.2 or newer; this is 20.19.4\n');
  });

  it('shows the ten everyday verbs, and every other command by name', async () => {
    const { code, stdout } = await skills(['--help']);
    expect(code).to.equal(0);
    for (const verb of [
      'search',
      'install',
      'list',
      'info',
      'update',
      'uninstall',
      'init',
      'validate',
      'publish',
      'doctor',
    ]) {
      expect(stdout).to.match(new RegExp(`^  ${verb}\\b.*\\s\\S`, 'm'));
    }
    expect(stdout).to.contain('registry serve').and.to.contain('cache clear');
  });

  it('shows the same without a word, and for help', async () => {
    const [bare, help, flag] = await Promise.all([skills([]), skills(['help']), skills(['-h'])]);
    expect(bare.stdout).to.equal(help.stdout).and.to.equal(flag.stdout);
    expect([bare.code, help.code, flag.code]).to.deep.equal([0, 0, 0]);
  });

  it('takes the flags of every command before its name, too; alone they ask for the help', async () => {
    const schema = await skills(['-q', '--json', 'schema']);
    expect(JSON.parse(schema.stdout)).to.have.property('commands');
    expect((await skills(['--json', '-q'])).stdout).to.equal((await skills([])).stdout);
  });

  it('explains one command, a topic, and a command by its alias', async () => {
    const [install, registry, alias] = await Promise.all([
      skills(['help', 'install']),
      skills(['registry', '--help']),
      skills(['add', '--help']),
    ]);
    expect(install.stdout).to.contain('--frozen').and.to.contain('owner/repo');
    expect(registry.stdout).to.contain('registry serve');
    expect(alias.stdout).to.contain('--frozen');
  });

  it('ends quietly when its reader goes away', async () => {
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      `set -o pipefail; "${process.execPath}" "${bin}" completion fish | head -n 1; echo "codes \${PIPESTATUS[*]}"`,
    ]);
    expect(stdout)
      .to.match(/^# fish completion/)
      .and.to.contain('codes 0 0');
  });

  if (existsSync('/dev/full'))
    it('tells in one line that its output cannot be written, with exit code 1', async () => {
      for (const words of [['--version'], ['completion', 'fish']]) {
        const failure = await promisify(execFile)('bash', [
          '-c',
          `"${process.execPath}" "${bin}" ${words.join(' ')} > /dev/full`,
        ]).catch((error) => error);
        expect(failure.code).to.equal(1);
        expect(failure.stderr).to.match(/^Error: the output cannot be written: ENOSPC[^\n]*\n$/);
      }
    });

  it('prints nothing on standard error when its reader goes away', async () => {
    const child = start(['completion', 'fish']);
    child.stdout.destroy();
    const { code, stderr } = await finished(child);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  });
});

describe('mistakes on the command line', () => {
  const rows = [
    {
      title: 'a command that does not exist',
      words: ['lsit'],
      says: 'there is no command "skills lsit"',
      hint: 'skills list',
    },
    {
      title: 'a word of a topic that does not exist',
      words: ['registry', 'lst'],
      says: 'registry lst',
      hint: 'skills registry list',
    },
    {
      title: 'help for a command that does not exist',
      words: ['instal', '--help'],
      says: 'skills instal',
      hint: 'skills install',
    },
    {
      title: 'a flag that does not exist',
      words: ['list', '--colour'],
      says: 'skills list has no flag --colour',
      hint: 'skills list --help',
    },
    {
      title: 'a flag that is mistyped',
      words: ['install', 'pdf', '--forse'],
      says: 'skills install has no flag --forse',
      hint: 'did you mean --force?',
    },
    {
      title: 'a command that is mistyped, with arguments',
      words: ['instal', 'hello', 'world'],
      says: 'there is no command "skills instal"',
      hint: 'did you mean "skills install"?',
    },
    {
      title: 'a flag that is missing',
      words: ['index', 'serve'],
      says: 'Error: --registry is needed\n',
      hint: 'skills index serve --help',
    },
    {
      title: 'an argument that is missing',
      words: ['pull'],
      says: 'skills pull needs ',
      hint: 'skills pull --help',
    },
    {
      title: 'an argument too many',
      words: ['pull', 'a', 'b'],
      says: 'Unexpected argument: b',
      hint: 'skills pull --help',
    },
    {
      title: 'an argument of a command of a topic that takes none',
      words: ['registry', 'serve', 'extra'],
      says: 'Error: Unexpected argument: extra\n',
      hint: 'skills registry serve --help',
    },
    { title: 'a flag without its value', words: ['list', '--home'], says: '--home', hint: 'skills list --help' },
    {
      title: 'a value that is none of those allowed',
      words: ['search', 'x', '--sort', 'size'],
      says: '--sort',
      hint: 'relevance',
    },
    {
      title: 'a number that is none',
      words: ['search', 'x', '--limit', 'ten'],
      says: 'limit',
      hint: 'skills search --help',
    },
    {
      title: 'two flags that exclude each other',
      words: ['install', '--vendor', '--ignore'],
      says: 'Error: --ignore and --vendor exclude each other\nWhat',
      hint: '--help',
    },
  ];
  for (const { title, words, says, hint } of rows) {
    it(`${title}: exit code 2, what is wrong and where to look`, async () => {
      const { code, stdout, stderr } = await skills(words);
      expect(code).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr)
        .to.match(/^Error: /)
        .and.to.contain(says)
        .and.to.contain(hint)
        .and.to.contain('ERR_USAGE')
        .and.not.match(/occurred|Note:/);
      expect(stderr).not.to.match(/^\s+at /m);
    });
  }

  it('are one JSON document on standard output with --json', async () => {
    for (const words of [
      ['pull', '--json'],
      ['lsit', '--json'],
      ['list', '--colour', '--json'],
    ]) {
      const { code, stdout, stderr } = await skills(words);
      expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
      expect(JSON.parse(stdout).error).to.include({ code: 'ERR_USAGE', exitCode: 2 });
    }
  });

  it('after -- are not flags', async () => {
    const { stderr } = await skills(['pull', '--', '--json', 'b']);
    expect(stderr).to.contain('Unexpected argument: b');
  });
});
