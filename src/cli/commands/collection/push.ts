import { Args } from '@oclif/core';
import type { CollectionPushReport } from '../../../manager/index.ts';
import { collectionFlags, collectionWords } from '../../collection-flags.ts';
import { SkillsCommand } from '../../command.ts';
import { formatCollectionPush } from '../../render/collections.ts';

export class CollectionPush extends SkillsCommand {
  static override summary = 'Make a collection of skills and push it';
  static override description =
    `A collection is several skills under one reference, each at exactly the content that is chosen now: "skills install" takes it as it takes a skill. The skills are copied into its repository; within one registry their content is taken over, not sent.

A collection file (.yaml or .json) has name, version, title, description and skills, a list of pdf@^1.2 or host/path/pdf:1.2.0; a skills.json will do too.`;
  static override examples = [
    '<%= config.bin %> collection push ghcr.io/acme/collections/office:1.0.0 pdf@^1.2 ghcr.io/acme/skills/xlsx:2.0.0',
    '<%= config.bin %> collection push ghcr.io/acme/collections/office collection.yaml',
  ];
  static override strict = false;
  static override args = {
    reference: Args.string({
      description: 'Where to: registry/repository[:version] or oci-layout:DIR[:version]',
      required: true,
    }),
    skills: Args.string({
      description: 'Skills as install takes them, or collection files',
      required: true,
      multiple: true,
    }),
  };
  static override flags = collectionFlags;

  async run(): Promise<CollectionPushReport> {
    const { argv, args, flags } = await this.parse(CollectionPush);
    const [, ...skills] = argv as string[];
    const report = await this.withManager(flags, (manager) =>
      manager.collections.push(args.reference, skills, collectionWords(flags)),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatCollectionPush(report), report.reference);
    return report;
  }
}
