import { Args, Flags } from '@oclif/core';
import type { LoadBundleReport } from '../../../manager/index.ts';
import { SkillsCommand } from '../../command.ts';
import { concurrencyFlag, endFlags, projectFlags } from '../../flags.ts';
import { exitOfFailures, formatLoaded, listCopied } from '../../render/copying.ts';

export class BundleLoad extends SkillsCommand {
  static override summary = 'Bring a bundle into a registry, or into the store of this machine';
  static override description =
    'With --to everything is pushed below that prefix, under the names, versions and digests that it has, with its signatures. Without, it goes into the store, and "skills install --offline" and "--frozen" find it there.';
  static override examples = [
    '<%= config.bin %> bundle load skills.tar --to registry.example.com/skills',
    { description: 'Into the store', command: '<%= config.bin %> bundle load skills.tar' },
  ];
  static override args = { file: Args.string({ description: 'The tar', required: true }) };
  static override flags = {
    to: Flags.string({ summary: 'Registry prefix to push everything to', helpValue: 'PREFIX' }),
    'keep-paths': Flags.boolean({
      summary: 'Keep the whole path of each skill below the prefix, not its last part alone',
      dependsOn: ['to'],
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would be loaded, and load nothing' }),
    force: Flags.boolean({ char: 'f', summary: 'Replace versions in the registry that have other content' }),
    ...concurrencyFlag,
    ...projectFlags,
    ...endFlags,
  };

  async run(): Promise<LoadBundleReport> {
    const { args, flags } = await this.parse(BundleLoad);
    const { to, 'keep-paths': keepPaths, 'dry-run': dryRun, force, concurrency } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.loadBundle(args.file, { to, keepPaths, dryRun, force, concurrency }),
    );
    this.print(formatLoaded(report), listCopied(report));
    this.exitWith(exitOfFailures(report));
    return report;
  }
}
