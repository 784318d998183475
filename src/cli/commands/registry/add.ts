import { Args, Flags } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';
import { formatRegistries } from '../../render/settings.ts';

export class RegistryAdd extends SkillsCommand {
  static override summary = 'Give a registry a name';
  static override description =
    'The first one becomes the default for bare names. A name that stands for another registry is replaced with --force only.';
  static override examples = [
    '<%= config.bin %> registry add acme ghcr.io/acme/skills',
    '<%= config.bin %> registry add acme ghcr.io/acme/skills --scope @acme --index https://skills.acme.example',
  ];
  static override args = {
    name: Args.string({ description: 'A name of your choice', required: true }),
    prefix: Args.string({ description: 'Host and path that its skills stand in', required: true }),
  };
  static override flags = {
    ...projectFlags,
    scope: Flags.string({ summary: 'Names of this @scope are looked up here', helpValue: '@SCOPE' }),
    index: Flags.string({ summary: 'The search index that knows this registry', helpValue: 'URL' }),
    'plain-http': Flags.boolean({ summary: 'Speak plain http with it' }),
    default: Flags.boolean({ summary: 'Make it the default for bare names' }),
    force: Flags.boolean({ char: 'f', summary: 'Replace what the name stands for' }),
  };

  async run() {
    const { args, flags } = await this.parse(RegistryAdd);
    const registries = await this.withManager(
      { ...flags, index: undefined, 'plain-http': undefined },
      async (manager) => {
        await manager.registries.add(args.name, args.prefix, {
          scope: flags.scope,
          index: flags.index,
          plainHttp: flags['plain-http'],
          default: flags.default,
          force: flags.force,
        });
        return await manager.registries.list();
      },
    );
    this.print(formatRegistries(registries));
    return { registries };
  }
}
