import { Args } from '@oclif/core';
import { isSkillsError } from '../../core/index.ts';
import type { ArtifactReport, InspectReport, SkillManager } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { artifactFlags, offlineFlag, remoteFlags } from '../flags.ts';
import { formatArtifact } from '../render/artifacts.ts';
import { formatInspectReport } from '../render/packages.ts';

export class Inspect extends SkillsCommand {
  static override summary = 'Show what is in a skill: published, packed or a folder';
  static override description =
    'Of an artifact that is no skill, shows its type and what it names: an index, an image, a chart, a signature.';
  static override examples = [
    '<%= config.bin %> inspect ghcr.io/acme/skills/pdf:1.2.0',
    '<%= config.bin %> inspect ./pdf-1.2.0.spm --json',
  ];
  static override args = { subject: Args.string({ description: 'Reference, package file or folder', default: '.' }) };
  static override flags = { ...remoteFlags, ...artifactFlags, ...offlineFlag };

  async run(): Promise<InspectReport | ArtifactReport> {
    const { args, flags } = await this.parse(Inspect);
    const report = await this.withManager(flags, (manager) => look(manager, args.subject, flags));
    if (report.kind === 'other') this.note('This is no skill: what its manifest names is shown');
    this.print(report.kind === 'other' ? formatArtifact(report) : formatInspectReport(report));
    return report;
  }
}

/** Why an artifact is no skill, where that is no mistake in one. */
const otherwise = new Set<unknown>([
  'unknown-dialect',
  'no-skill',
  'no-layer',
  'several-layers',
  'index',
  'collection',
]);

async function look(
  manager: SkillManager,
  subject: string,
  { platform, skill }: { platform?: string | undefined; skill?: string | undefined },
): Promise<InspectReport | ArtifactReport> {
  try {
    return await manager.inspect(subject, { platform, skill });
  } catch (error) {
    if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID') || !otherwise.has(error.data?.reason)) throw error;
    return await manager.artifacts.inspect(subject).catch(() => {
      throw error;
    });
  }
}
