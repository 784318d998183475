import { Args, Flags } from '@oclif/core';
import { SkillsError } from '../../core/index.ts';
import type { AttachReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';
import { formatAttached } from '../render/artifacts.ts';

export class Attach extends SkillsCommand {
  static override summary = 'Attach files to what is in a registry: an SBOM, a report, a signature';
  static override description =
    'Pushes an artifact whose subject is the reference, in the form that oras writes. It changes neither the reference nor its digest; copies take it along with --recursive.';
  static override examples = [
    '<%= config.bin %> attach ghcr.io/acme/skills/pdf:1.2.0 --artifact-type application/spdx+json sbom.spdx.json',
    {
      description: 'With the media type of a file, and an annotation',
      command:
        '<%= config.bin %> attach ghcr.io/acme/skills/pdf:1.2.0 --artifact-type application/vnd.acme.review.v1 review.bin:application/cbor --annotation com.acme.by=kim',
    },
  ];
  static override args = {
    reference: Args.string({ description: 'What it is attached to', required: true }),
    files: Args.string({ description: 'FILE, or FILE:media/type', multiple: true }),
  };
  static override flags = {
    ...remoteFlags,
    'artifact-type': Flags.string({
      summary: 'What it is, in the form of a media type',
      helpValue: 'TYPE',
      required: true,
    }),
    annotation: Flags.string({
      char: 'a',
      summary: 'Annotation of the artifact; may be repeated',
      helpValue: 'KEY=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<AttachReport> {
    const { argv, args, flags } = await this.parse(Attach);
    const [, ...files] = argv as string[];
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.attach(args.reference, {
        artifactType: flags['artifact-type'],
        files,
        annotations: Object.fromEntries((flags.annotation ?? []).map(readAnnotation)),
      }),
    );
    this.print(formatAttached(report), report.reference);
    return report;
  }
}

function readAnnotation(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new SkillsError('ERR_USAGE', `--annotation ${text} has no value`, {
    hint: 'write it as --annotation key=value',
  });
}
