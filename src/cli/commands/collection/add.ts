import { Args } from '@oclif/core';
import type { CollectionPushReport } from '../../../manager/index.ts';
import { collectionFlags, collectionWords } from '../../collection-flags.ts';
import { SkillsCommand } from '../../command.ts';
import { formatCollectionPush } from '../../render/collections.ts';

export class CollectionAdd extends SkillsCommand {
  static override summary = 'Put skills into a collection, or newer versions of them';
  static override description =
    'Makes the next minor version of the collection, unless --version says another; the versions before stay as they are.';
  static override examples = [
    '<%= config.bin %> collection add ghcr.io/acme/collections/office docx',
    '<%= config.bin %> collection add ghcr.io/acme/collections/office:1.0.0 pdf@1.2.1 --version 1.0.1',
  ];
  static override strict = false;
  static override args = {
    reference: Args.string({ description: 'The collection; its newest version where none is named', required: true }),
    skills: Args.string({
      description: 'Skills as install takes them, or collection files',
      required: true,
      multiple: true,
    }),
  };
  static override flags = collectionFlags;

  async run(): Promise<CollectionPushReport> {
    const { argv, args, flags } = await this.parse(CollectionAdd);
    const [, ...skills] = argv as string[];
    const report = await this.withManager(flags, (manager) =>
      manager.collections.add(args.reference, skills, collectionWords(flags)),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatCollectionPush(report), report.reference);
    return report;
  }
}
