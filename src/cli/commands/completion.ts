import { Args } from '@oclif/core';
import { SkillsCommand } from '../command.ts';
import { type Shell, shells } from '../completion/scripts.ts';

export class Completion extends SkillsCommand {
  static override summary = 'Print a script that completes commands and flags in your shell';
  static override description = `bash: add to ~/.bashrc:                  source <(skills completion bash)
zsh:  add to ~/.zshrc after compinit:     source <(skills completion zsh)
fish: run once:  skills completion fish > ~/.config/fish/completions/skills.fish`;
  static override examples = ['source <(<%= config.bin %> completion bash)'];
  static override args = {
    shell: Args.string({ description: 'Your shell', required: true, options: ['bash', 'zsh', 'fish'] }),
  };

  async run() {
    const { args } = await this.parse(Completion);
    const shell = args.shell as Shell;
    const { describeCommands } = await import('../completion/words.ts');
    const script = shells[shell](describeCommands(this.config));
    this.print(script);
    return { shell, script };
  }
}
