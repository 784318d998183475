import { Args, Flags } from '@oclif/core';
import { exitCodes, SkillsError } from '../../core/index.ts';
import type { DeleteReport } from '../../manager/index.ts';
import { canAsk, confirm } from '../ask.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';
import { describeDeletion, describeRemaining, formatDeleted } from '../render/artifacts.ts';

// `-r` is for --recursive, as in every tool that copies or deletes artifacts.
const { registry, ...others } = remoteFlags;
const { char: _, ...prefix } = registry;

export class Delete extends SkillsCommand {
  static override summary = 'Delete a tag, or a manifest with all its tags, from a registry';
  static override description =
    'A tag alone is taken away; what it stands for stays. A digest, or --manifest, means the manifest with all its tags, and with --recursive what refers to it. Asks before; without a terminal --yes is needed. The space is given back by the garbage collection of the registry.';
  static override examples = [
    { description: 'The tag alone', command: '<%= config.bin %> delete ghcr.io/acme/skills/pdf:next' },
    {
      description: 'What it stands for, with signatures and all, without a question',
      command: '<%= config.bin %> delete ghcr.io/acme/skills/pdf:1.2.0 --manifest --recursive --yes',
    },
  ];
  static override args = {
    reference: Args.string({ description: 'Reference with a tag or digest, or oci-layout:DIR:TAG', required: true }),
  };
  static override flags = {
    registry: prefix,
    ...others,
    manifest: Flags.boolean({ char: 'm', summary: 'The manifest that the tag stands for, with all its tags' }),
    recursive: Flags.boolean({ char: 'r', summary: 'With the manifest, all that refers to it, and to that' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Say what would go, and change nothing' }),
  };

  async run(): Promise<DeleteReport> {
    const { args, flags } = await this.parse(Delete);
    const options = { manifest: flags.manifest, recursive: flags.recursive };
    const asks = !flags.yes && !flags['dry-run'];
    if (asks && !canAsk()) throw unasked();
    const report = await this.withManager(flags, async ({ artifacts }) => {
      if (!asks) return await artifacts.delete(args.reference, { ...options, dryRun: flags['dry-run'] });
      const planned = await artifacts.delete(args.reference, { ...options, dryRun: true });
      for (const line of describeRemaining(planned)) this.note(line);
      if (!(await confirm(`Delete ${describeDeletion(planned)}?`))) return planned;
      return await artifacts.delete(args.reference, { ...options, expected: planned.digest });
    });
    if (report.dryRun && !flags['dry-run']) return this.#declined(report);
    this.print(formatDeleted(report), '');
    return report;
  }

  #declined(planned: DeleteReport): DeleteReport {
    this.note('Nothing was deleted');
    this.exitWith(exitCodes.failure);
    return planned;
  }
}

function unasked(): SkillsError {
  return new SkillsError('ERR_USAGE', 'deleting wants to be confirmed, and nobody can be asked here', {
    hint: 'add --yes, or --dry-run to see what would go',
  });
}
