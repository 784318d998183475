import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { Config } from '@oclif/core';
import { expect } from 'chai';
import { shells, wordTree } from '../../src/cli/completion/scripts.ts';
import { type CompletedCommand, describeCommands } from '../../src/cli/completion/words.ts';
import { root } from './support/run.ts';

const bash = '/bin/bash';

/** What bash offers where the cursor stands at the end of the last word. */
async function complete(script: string, ...words: string[]): Promise<string[]> {
  const program = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _skills; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)(bash, ['-c', program, 'bash', ...words]);
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  let commands: CompletedCommand[];
  before(async () => {
    commands = describeCommands(await Config.load({ root }));
  });

  it('knows topics and their commands', () => {
    const tree = wordTree(commands);
    expect(tree.get('')).to.include.members(['install', 'add', 'registry', 'config']);
    expect(tree.get('registry')).to.include.members(['add', 'list', 'serve']);
  });

  it('puts nothing into a script that its shell would read', () => {
    for (const { summary, flags } of commands) {
      expect([summary, ...flags.map((flag) => flag.summary)].join('')).not.to.match(/["'`$\\[\]]/);
    }
  });

  const rows = [
    { words: ['skills', 'ins'], offers: ['install', 'inspect'] },
    { words: ['skills', 'uninst'], offers: ['uninstall'] },
    { words: ['skills', 'registry', 'se'], offers: ['serve'] },
    { words: ['skills', 'install', '--fro'], offers: ['--frozen'] },
    { words: ['skills', 'registry', 'serve', '--htp'], offers: ['--htpasswd'] },
    { words: ['skills', 'search', 'x', '--sort', 're'], offers: ['relevance', 'recent'] },
    { words: ['skills', 'completion', '--he'], offers: ['--help'] },
    { words: ['skills', 'validate', 'ski'], offers: [] },
  ];
  for (const { words, offers } of rows) {
    it(`bash: ${words.join(' ')}⇥ offers ${offers.join(' ') || 'files only'}`, async () => {
      const found = await complete(shells.bash(commands), ...words);
      expect(found.sort()).to.deep.equal([...offers].sort());
    });
  }

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    it(`${shell}: completes both names of the program`, () => {
      expect(shells[shell](commands))
        .to.match(/\bskills\b/)
        .and.to.match(/\boci-skills\b/);
    });

    it(`${shell}: is read without an error where the shell is there`, () => {
      const { error, status, stderr } = spawnSync(shell, ['-n'], { input: shells[shell](commands), encoding: 'utf8' });
      if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return;
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    });
  }
});
