import { Args, Flags } from '@oclif/core';
import type { InstallOptions, InstallReport, SkillManager } from '../../manager/index.ts';
import { askToKeep, askWhichSkills, canAsk } from '../ask.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, offlineFlag, platformFlag, projectFlags, remoteFlags } from '../flags.ts';
import { formatChanges, formatInstallReport } from '../render/install.ts';

export class Install extends SkillsCommand {
  static override summary = 'Install skills, with what they depend on';
  static override description = `Without a skill, installs what skills.json says.

A skill is named as:
  pdf, pdf@^1.2, @acme/pdf       from the configured registry
  ghcr.io/acme/skills/pdf:1.2.0  from any OCI registry
  ghcr.io/acme/all:1.2.0#pdf     one of several skills in an artifact
  oci-layout:./dir:1.2.0         from an OCI image-layout folder
  owner/repo, owner/repo/path    from GitHub; git+https://… from any git server
  ./folder, ./pdf-1.2.0.spm      from this machine; https://….spm from the web
A collection is named as a skill is: all its skills are installed, or those that --skill names.`;
  static override aliases = ['add', 'i'];
  static override examples = [
    '<%= config.bin %> install pdf',
    '<%= config.bin %> install ghcr.io/acme/skills/pdf:1.2.0',
    '<%= config.bin %> add owner/repo --skill pdf',
    { description: 'In CI: exactly what the lock says', command: '<%= config.bin %> install --frozen' },
    { description: 'Into a plain folder', command: '<%= config.bin %> install --dest /skills --frozen' },
  ];
  static override strict = false;
  static override args = {
    skills: Args.string({ description: 'What to install, named as the description says', multiple: true }),
  };
  static override flags = {
    ...projectFlags,
    ...remoteFlags,
    ...indexFlags,
    ...offlineFlag,
    ...platformFlag,
    force: Flags.boolean({ char: 'f', summary: 'Install again, and replace what was edited locally' }),
    frozen: Flags.boolean({ summary: 'Install exactly what the lock says, or fail', aliases: ['frozen-lockfile'] }),
    dest: Flags.directory({ summary: "Fill this plain folder instead of agents' folders", helpValue: 'DIR' }),
    skill: Flags.string({
      char: 's',
      summary:
        'Which skill of a repository or collection with several: a name, or several with commas; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'NAME',
    }),
    'accept-source': Flags.string({
      summary: 'Let this skill come from another source than it is bound to; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
    }),
    all: Flags.boolean({ summary: 'All skills of a repository with several', exclusive: ['skill'] }),
    vendor: Flags.boolean({ summary: 'Commit the installed files with the project', exclusive: ['ignore'] }),
    ignore: Flags.boolean({ summary: 'Let git ignore the installed files', exclusive: ['vendor'] }),
  };

  async run(): Promise<InstallReport> {
    const { argv, flags } = await this.parse(Install);
    const options: InstallOptions = {
      registry: flags.registry,
      force: flags.force,
      offline: flags.offline,
      frozen: flags.frozen,
      dest: flags.dest,
      skills: flags.skill?.flatMap((names) => names.split(',')),
      all: flags.all,
      platform: flags.platform,
      acceptSource: flags['accept-source'],
      keep: flags.vendor ? 'vendor' : flags.ignore ? 'ignore' : undefined,
    };
    const report = await this.withManager(flags, (manager) => installAsking(manager, argv as string[], options));
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatInstallReport(report), formatChanges(report));
    return report;
  }
}

/** Installs, and asks on a terminal what no flag has answered: which skills of several, and once what git should do. */
async function installAsking(
  manager: SkillManager,
  specs: readonly string[],
  options: InstallOptions,
): Promise<InstallReport> {
  const plain = options.frozen || options.dest !== undefined || manager.settings.scope !== 'project';
  const asked = plain || options.keep || !canAsk() || (await manager.readChoice());
  const keep = asked ? options.keep : await askToKeep(manager.settings.root);
  try {
    return await manager.installAll(specs, { ...options, keep });
  } catch (error) {
    const skills = await askWhichSkills(error);
    if (!skills) throw error;
    return manager.installAll(specs, { ...options, keep, skills });
  }
}
