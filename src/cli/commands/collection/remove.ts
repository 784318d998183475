import { Args } from '@oclif/core';
import type { CollectionPushReport } from '../../../manager/index.ts';
import { collectionStoreFlags } from '../../collection-flags.ts';
import { SkillsCommand } from '../../command.ts';
import { formatCollectionPush } from '../../render/collections.ts';

export class CollectionRemove extends SkillsCommand {
  static override summary = 'Take skills out of a collection';
  static override description =
    'Makes the next major version of the collection (below 1.0.0 the next minor one), unless --version says another; the versions before stay as they are.';
  static override examples = ['<%= config.bin %> collection remove ghcr.io/acme/collections/office docx'];
  static override strict = false;
  static override args = {
    reference: Args.string({ description: 'The collection; its newest version where none is named', required: true }),
    names: Args.string({ description: 'Names of skills that are in it', required: true, multiple: true }),
  };
  static override flags = collectionStoreFlags;

  async run(): Promise<CollectionPushReport> {
    const { argv, args, flags } = await this.parse(CollectionRemove);
    const [, ...names] = argv as string[];
    const report = await this.withManager(flags, (manager) =>
      manager.collections.remove(args.reference, names, {
        version: flags.version,
        sparse: flags.sparse,
        dryRun: flags['dry-run'],
      }),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatCollectionPush(report), report.reference);
    return report;
  }
}
