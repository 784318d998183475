import type { SkillSummary } from '../../api/index.ts';
import type { InspectReport, InstalledSkill } from '../../manager/index.ts';
import { shorten } from './format.ts';
import { formatFacts, formatTable } from './table.ts';

/** A row stays readable where it is piped; `--json` has the whole. A terminal cuts at its own width as well. */
const longestDescription = 100;
const longestSource = 40;

export function formatInstalled(skills: readonly InstalledSkill[]): string {
  const sound = skills.every(({ state }) => state === 'same');
  const rows = skills.map((skill) => [
    skill.name,
    skill.version,
    sayWanted(skill),
    ...(sound ? [] : [stateWords[skill.state]]),
    shorten(skill.description, longestDescription),
  ]);
  return formatTable(['SKILL', 'VERSION', 'WANTED', ...(sound ? [] : ['STATE']), 'DESCRIPTION'], rows);
}

const stateWords: Readonly<Record<InstalledSkill['state'], string>> = {
  same: 'ok',
  missing: 'missing',
  outdated: 'outdated',
  changed: 'edited',
  foreign: 'in the way',
};

/** What to do about skills that are not as the lock says; '' where all are. */
export function adviseStates(skills: readonly InstalledSkill[]): string {
  const has = (state: InstalledSkill['state']) => skills.some((skill) => skill.state === state);
  return [
    has('missing') || has('outdated') ? 'To bring back what is missing or outdated: skills install' : '',
    has('changed') ? 'To put back the pinned files and lose the edits: skills install --force' : '',
    has('foreign') ? 'Something that skills did not install lies in the way: move it away, then: skills install' : '',
  ]
    .filter(Boolean)
    .join('\n');
}

/** The range that skills.json allows, or the source where that has no versions; for whom, where it does not name the skill. */
function sayWanted({ direct, range, scope, source, requiredBy }: InstalledSkill): string {
  if (!direct) return `for ${requiredBy.join(', ')}`;
  return range ?? (scope === 'store' ? 'pulled' : shorten(source, longestSource));
}

export function formatFound(skills: readonly SkillSummary[]): string {
  const rows = skills.map(({ name, version, tags, description }) => [
    name,
    version,
    tags.slice(0, 3).join(', '),
    shorten(description, longestDescription),
  ]);
  return formatTable(['SKILL', 'VERSION', 'TAGS', 'DESCRIPTION'], rows);
}

/** What is known of a skill on this machine and where it is published. */
export interface SkillInfo {
  readonly name: string;
  readonly installed?: InstalledSkill;
  readonly published?: SkillSummary;
  /** What the registry holds, where the index was not asked or does not know the skill. */
  readonly artifact?: InspectReport;
}

export function formatInfo({ name, installed, published, artifact }: SkillInfo): string {
  return formatFacts([
    ['skill', name],
    ['about', installed?.description ?? published?.description ?? artifact?.manifest.description],
    ['installed', installed && `${installed.version}, ${installed.scope}`],
    ['source', installed?.source],
    ['path', installed?.path],
    ['digest', installed?.digest],
    ['content', installed?.contentDigest],
    ['needed by', installed?.requiredBy.join(', ')],
    ['version', published?.version ?? artifact?.version],
    ['versions', published?.versions.join(', ')],
    ['reference', published?.reference ?? artifact?.reference],
    ['author', published?.author ?? artifact?.manifest.authors.join(', ')],
    ['tags', (published ?? artifact?.manifest)?.tags.join(', ')],
    ['homepage', published?.homepage ?? artifact?.manifest.homepage],
  ]);
}
