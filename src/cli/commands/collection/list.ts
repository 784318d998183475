import { Args } from '@oclif/core';
import type { CollectionReport } from '../../../manager/index.ts';
import { SkillsCommand } from '../../command.ts';
import { remoteFlags } from '../../flags.ts';
import { formatCollection } from '../../render/collections.ts';

export class CollectionList extends SkillsCommand {
  static override summary = 'Show the skills of a collection';
  static override description =
    'Reads collections of any writer, in one request; the skills themselves are not looked at.';
  static override examples = [
    '<%= config.bin %> collection list ghcr.io/acme/collections/office',
    '<%= config.bin %> collection list ghcr.io/acme/collections/office:1.0.0 --json',
  ];
  static override args = {
    reference: Args.string({ description: 'The collection; its newest version where none is named', required: true }),
  };
  static override flags = { ...remoteFlags };

  async run(): Promise<CollectionReport> {
    const { args, flags } = await this.parse(CollectionList);
    const report = await this.withManager(flags, (manager) => manager.collections.list(args.reference));
    const names = report.skills.map(({ name }) => name);
    this.print(formatCollection(report), names.join('\n'));
    return report;
  }
}
