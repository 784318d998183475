import type { SkillSummary } from '../../api/index.ts';
import type { InstalledSkill } from '../../manager/index.ts';
import { formatFacts, formatTable } from './table.ts';

export function formatInstalled(skills: readonly InstalledSkill[]): string {
  const rows = skills.map((skill) => [
    skill.name,
    skill.version,
    skill.direct ? (skill.range ?? skill.scope) : `for ${skill.requiredBy.join(', ')}`,
    skill.description,
  ]);
  return formatTable(['SKILL', 'VERSION', 'WANTED', 'DESCRIPTION'], rows);
}

export function formatFound(skills: readonly SkillSummary[]): string {
  const rows = skills.map(({ name, version, tags, description }) => [
    name,
    version,
    tags.slice(0, 3).join(', '),
    description,
  ]);
  return formatTable(['SKILL', 'VERSION', 'TAGS', 'DESCRIPTION'], rows);
}

/** What is known of a skill on this machine and where it is published. */
export interface SkillInfo {
  readonly name: string;
  readonly installed?: InstalledSkill;
  readonly published?: SkillSummary;
}

export function formatInfo({ name, installed, published }: SkillInfo): string {
  return formatFacts([
    ['skill', name],
    ['about', installed?.description ?? published?.description],
    ['installed', installed && `${installed.version}, ${installed.scope}`],
    ['source', installed?.source],
    ['path', installed?.path],
    ['digest', installed?.digest],
    ['content', installed?.contentDigest],
    ['needed by', installed?.requiredBy.join(', ')],
    ['newest', published?.version],
    ['versions', published?.versions.join(', ')],
    ['reference', published?.reference],
    ['author', published?.author ?? undefined],
    ['tags', published?.tags.join(', ')],
    ['homepage', published?.homepage ?? undefined],
  ]);
}
