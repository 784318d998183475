import { Args } from '@oclif/core';
import { isSkillsError } from '../../core/index.ts';
import type { InspectReport, SkillManager } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, offlineFlag, projectFlags, remoteFlags } from '../flags.ts';
import { formatInfo, type SkillInfo } from '../render/skills.ts';

export class Info extends SkillsCommand {
  static override summary = 'Show what is known of a skill: installed here, and published';
  static override aliases = ['view'];
  static override examples = ['<%= config.bin %> info pdf', '<%= config.bin %> info pdf@1.2.0 --json'];
  static override args = { name: Args.string({ description: 'The skill, perhaps with @version', required: true }) };
  static override flags = { ...projectFlags, ...remoteFlags, ...indexFlags, ...offlineFlag };

  async run(): Promise<SkillInfo> {
    const { args, flags } = await this.parse(Info);
    const report = await this.withManager(flags, (manager) => describeSkill(manager, args.name));
    this.print(formatInfo(report));
    return report;
  }
}

/** Both sides of a skill; one may be missing, not both. */
async function describeSkill(manager: SkillManager, name: string): Promise<SkillInfo> {
  const bare = name.replace(/(.)@.*$/, '$1');
  const version = name.length > bare.length ? name.slice(bare.length + 1) : undefined;
  const installed = await manager.getInstalled(bare).catch((error: unknown) => {
    if (isSkillsError(error, 'ERR_NOT_INSTALLED')) return undefined;
    throw error;
  });
  try {
    const published = await manager.getSkill(bare, version);
    return { name: bare, ...(installed ? { installed } : {}), published };
  } catch (error) {
    // What is installed can be told without asking anybody.
    if (installed && isSkillsError(error)) return { name: bare, installed };
    return { name: bare, artifact: await findArtifact(manager, name, error) };
  }
}

/** What the registry has of a skill that no index tells of. */
async function findArtifact(manager: SkillManager, name: string, refusal: unknown): Promise<InspectReport> {
  if (!isSkillsError(refusal, 'ERR_NO_REGISTRY', 'ERR_NOT_FOUND')) throw refusal;
  const report = await manager.inspect(name).catch((error: unknown) => {
    throw isSkillsError(error, 'ERR_NO_REGISTRY') ? refusal : error;
  });
  // A folder of this name that happens to be here is not what was asked for.
  if (report.kind !== 'artifact') throw refusal;
  return report;
}
