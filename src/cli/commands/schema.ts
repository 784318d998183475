import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import { SkillsError } from '../../core/index.ts';
import { SkillsCommand } from '../command.ts';

export class Schema extends SkillsCommand {
  static override summary = "Print the JSON Schema of a command's --json output";
  static override description = 'Without a command, lists those that have one.';
  static override examples = ['<%= config.bin %> schema install', '<%= config.bin %> schema "registry list"'];
  static override strict = false;
  static override args = { command: Args.string({ description: 'The command; `error` for failures', multiple: true }) };

  async run(): Promise<object> {
    const { argv } = await this.parse(Schema);
    const folder = join(this.config.root, 'schemas', 'output');
    const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    if (argv.length === 0) {
      this.print(names.join('\n'));
      return { commands: names };
    }
    const wanted = argv.join('-').replaceAll(/[\s:]+/g, '-');
    if (!names.includes(wanted)) {
      throw new SkillsError('ERR_NOT_FOUND', `there is no schema for "${argv.join(' ')}"`, {
        hint: 'see skills schema for those there are',
      });
    }
    const schema = readFileSync(join(folder, `${wanted}.json`), 'utf8');
    this.print(schema);
    return JSON.parse(schema) as object;
  }
}
