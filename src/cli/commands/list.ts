import { Flags } from '@oclif/core';
import type { InstalledSkill } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { projectFlags } from '../flags.ts';
import { adviseStates, formatInstalled } from '../render/skills.ts';

export class List extends SkillsCommand {
  static override summary = 'List the installed skills';
  static override aliases = ['ls'];
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> ls --global',
    '<%= config.bin %> list --json',
  ];
  static override flags = {
    ...projectFlags,
    direct: Flags.boolean({ summary: 'Only what skills.json names, not what is required by others' }),
  };

  async run(): Promise<{ skills: readonly InstalledSkill[] }> {
    const { flags } = await this.parse(List);
    const all = await this.withManager(flags, (manager) => manager.list());
    const skills = flags.direct ? all.filter((skill) => skill.direct) : all;
    if (skills.length === 0) this.note('No skills are installed here. To install one: skills install <skill>');
    else this.print(formatInstalled(skills));
    this.note(adviseStates(skills));
    return { skills };
  }
}
