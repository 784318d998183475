import { canonicalJson } from '../core/index.ts';
import type { SkillManifest } from './manifest.types.ts';
import type { Draft, DraftField, DraftFields } from './reading/draft.ts';

/** Fields on which files must agree: what the skill is, what it needs and what it may do (DESIGN, "Words"). */
const binding: readonly DraftField[] = [
  'name',
  'id',
  'version',
  'license',
  'dependencies',
  'includes',
  'hosts',
  'foreign',
  'capabilities',
  'provides',
  'execution',
];

export type MergedFields = { -readonly [K in keyof DraftFields]?: DraftFields[K] } & Pick<SkillManifest, 'sources'> & {
    summary?: string;
    checksumFile?: string;
  };

/**
 * One set of fields from what the files say, given in the order in which they count: SKILL.md, skill.yaml, skill.toml,
 * skill.json. Files that differ on a binding field are an error that names both places, on any other a warning.
 *
 * Agents get SKILL.md's description; where skill.yaml (or another) has its own, that becomes the summary for search.
 */
export function mergeDrafts(drafts: readonly Draft[]): MergedFields {
  const result: MergedFields = { sources: drafts.map(({ file }) => file) };
  for (const field of fieldsOf(drafts)) mergeField(field, drafts, result);
  const summary = drafts.slice(1).find(({ fields }) => fields.description !== undefined)?.fields.description;
  if (summary !== undefined && summary !== result.description) result.summary = summary;
  const checksumFile = drafts.find(({ fields }) => fields.checksum !== undefined)?.file;
  if (checksumFile !== undefined) result.checksumFile = checksumFile;
  return result;
}

function fieldsOf(drafts: readonly Draft[]): DraftField[] {
  return [...new Set(drafts.flatMap(({ fields }) => Object.keys(fields) as DraftField[]))];
}

function mergeField(field: DraftField, drafts: readonly Draft[], result: MergedFields): void {
  const speaking = drafts.filter(({ fields }) => fields[field] !== undefined);
  // SKILL.md has the last word on the description alone: other files were made to hold the rest
  const chosen = field === 'description' ? speaking[0] : (speaking.find(({ file }) => !isSkillMd(file)) ?? speaking[0]);
  if (!chosen) return;
  Object.assign(result, { [field]: chosen.fields[field] });
  for (const other of speaking) if (other !== chosen) reportDifference(field, chosen, other);
}

function isSkillMd(file: string): boolean {
  return file.toLowerCase() === 'skill.md';
}

function reportDifference(field: DraftField, chosen: Draft, other: Draft): void {
  const [a, b] = [chosen.fields[field], other.fields[field]];
  if (comparable(a) === comparable(b)) return;
  const isBinding = binding.includes(field);
  const place = chosen.report.placeOf(chosen.pathOf(field));
  const there = `${chosen.file} says ${show(a)} (${place})`;
  const said = `${nameOf(field)} is ${show(b)} here, and ${there}`;
  const kept =
    field === 'description' ? 'agents get the text of SKILL.md, searches the other' : `${chosen.file} counts`;
  other.report.add(
    isBinding ? 'error' : 'warning',
    'skill/disagree',
    other.pathOf(field),
    isBinding ? said : `${said}; ${kept}`,
    {
      mend: 'write the same in both, or keep it in one of them',
    },
  );
}

/** Lists of words are sets: their order is no difference. */
function comparable(value: unknown): string {
  const isWords = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return canonicalJson(isWords ? value.toSorted() : value);
}

function nameOf(field: DraftField): string {
  return field === 'abilities' ? 'capabilities' : field;
}

const longestShown = 60;

function show(value: unknown): string {
  const text = canonicalJson(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
