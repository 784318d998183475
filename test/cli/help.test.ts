import { type Command, Config } from '@oclif/core';
import { expect } from 'chai';
import { SkillsCommandHelp } from '../../src/cli/command-help.ts';
import { root } from './support/run.ts';

const width = 80;

describe('the help of commands', () => {
  let config: Config;
  let commands: readonly Command.Loadable[];
  before(async () => {
    config = await Config.load({ root });
    commands = config.commands.filter(({ hidden }) => !hidden);
  });

  const helpOf = (command: Command.Loadable) =>
    new SkillsCommandHelp(command, config, { maxWidth: width }).generate().replaceAll('<%= command.id %>', command.id);
  const find = (id: string) => {
    const command = commands.find((one) => one.id === id);
    expect(command, id).not.to.equal(undefined);
    return helpOf(command as Command.Loadable);
  };
  const headersOf = (text: string) => text.match(/^[A-Z ]+$/gm) ?? [];

  it('says first how it is written, what it does, and examples; what all commands have comes last', () => {
    expect(headersOf(find('delete'))).to.deep.equal([
      'USAGE',
      'DESCRIPTION',
      'EXAMPLES',
      'ARGUMENTS',
      'FLAGS',
      'CONNECTION FLAGS',
      'CREDENTIALS FLAGS',
      'GLOBAL FLAGS',
    ]);
    for (const command of commands) expect(headersOf(helpOf(command)).at(-1), command.id).to.equal('GLOBAL FLAGS');
  });

  it('names in the usage what must be given, and no more', () => {
    expect(find('attach')).to.match(/^ {2}\$ skills attach REFERENCE \[FILES\.\.\.\] --artifact-type=TYPE \[FLAGS\]$/m);
    expect(find('tag')).to.match(/^ {2}\$ skills tag REFERENCE TAGS\.\.\. \[FLAGS\]$/m);
    expect(find('collection:push')).to.match(/^ {2}\$ skills collection:push REFERENCE SKILLS\.\.\. \[FLAGS\]$/m);
    expect(find('collection:push')).to.match(/^ARGUMENTS\n {2}REFERENCE {2,}[\s\S]*^ {2}SKILLS\.\.\. /m);
    expect(find('install')).to.match(/^ARGUMENTS\n {2}\[\w+\.\.\.\]/m);
    expect(find('tags')).to.match(/^ {2}\$ skills tags REPOSITORY \[FLAGS\]$/m);
    expect(find('index:serve')).to.match(/^ {2}\$ skills index:serve --registry=PREFIX\.\.\. \[FLAGS\]$/m);
  });

  it('describes each topic', () => {
    const topics = new Set(commands.filter(({ id }) => id.includes(':')).map(({ id }) => id.replace(/:.*/, '')));
    const summaries = commands.map(({ summary }) => summary);
    for (const name of topics) {
      const description = config.topics.find((topic) => topic.name === name)?.description;
      expect(description, name).to.match(/\S/);
      expect(summaries, name).not.to.include(description);
    }
  });

  it('says nothing twice', () => {
    for (const command of commands) {
      expect(helpOf(command).split(String(command.summary)).length - 1, command.id).to.be.at.most(0);
    }
  });

  it('names each value, and the schema of --json', () => {
    for (const command of commands) {
      const text = helpOf(command);
      expect(text, command.id).not.to.contain('<value>');
      expect(text.replace(/\s+/g, ' '), command.id).to.contain(
        `its schema: skills schema ${command.id.replaceAll(':', ' ')}`,
      );
    }
  });

  it('fits a terminal of 80 columns, but for commands to be copied', () => {
    for (const command of commands) {
      const long = helpOf(command)
        .split('\n')
        .filter((line) => line.length > width && !/^\s+\$ /.test(line) && !/^ {4,}\S/.test(line));
      expect(long, command.id).to.deep.equal([]);
    }
  });
});
