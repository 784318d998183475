import type { Installed, InstallReport, UninstallReport } from '../../manager/index.ts';
import { count, formatDuration, formatSize } from './format.ts';
import { paint } from './style.ts';
import { formatTable } from './table.ts';

/** What changed, then what it means for the reader: who sees it now, what is no skill, how to take it back. */
export function formatInstallReport(report: InstallReport): string {
  const lines = [...changes(report), summary(report)];
  for (const notice of report.notices) lines.push(`${paint('yellow', 'note')} ${notice}`);
  const { sees, restart } = report.agents;
  if (sees.length > 0) lines.push(`Seen now by: ${sees.join(', ')}`);
  if (restart.length > 0) lines.push(`To be restarted, to see it: ${restart.join(', ')}`);
  if (report.undo !== '') lines.push(`To undo: ${paint('bold', report.undo)}`);
  if (report.undo.includes('skills install')) lines.push(`  (${pinning})`);
  return lines.join('\n');
}

/** What an update's way back leaves behind. */
const pinning = 'it pins the version; for later updates, write the range back into skills.json';

/** What changed and no more: `+ name version`, `~ …` and `- …`, a line each; nothing where nothing did. */
export function formatChanges(
  report: Partial<Pick<InstallReport, 'added' | 'updated'>> & Pick<InstallReport, 'removed'>,
): string {
  const { added = [], updated = [], removed } = report;
  const lines = (mark: string, skills: InstallReport['removed']) =>
    skills.map(({ name, version }) => `${mark} ${name} ${version}`);
  return [...lines('+', added), ...lines('~', updated), ...lines('-', removed)].join('\n');
}

/** What `update --check` found. */
export function formatOutdated({ updated }: InstallReport): string {
  if (updated.length === 0) return 'All skills are up to date';
  const rows = updated.map(({ name, previous, version, source }) => [name, previous ?? '', version, source]);
  return formatTable(['SKILL', 'INSTALLED', 'NEWEST', 'SOURCE'], rows);
}

export function formatUninstallReport({ removed, kept, undo }: UninstallReport): string {
  const lines = removed.map(({ name, version }) => `${paint('red', '-')} ${name} ${version}`);
  for (const { name, requiredBy } of kept)
    lines.push(`${paint('yellow', '=')} ${name} stays: ${requiredBy.join(', ')} needs it`);
  lines.push(removed.length === 0 ? 'Nothing was removed' : `Removed ${count(removed.length, 'skill')}`);
  if (undo !== '') lines.push(`To undo: ${paint('bold', undo)}`);
  return lines.join('\n');
}

function changes({ added, updated, removed }: InstallReport): string[] {
  return [
    ...added.map((skill) => `${paint('green', '+')} ${describe(skill)}`),
    ...updated.map((skill) => `${paint('cyan', '~')} ${describe(skill)}`),
    ...removed.map(({ name, version }) => `${paint('red', '-')} ${name} ${version}`),
  ];
}

function describe({ name, version, previous, files, size, requiredBy, source }: Installed): string {
  const versions = previous === undefined ? version : `${previous} → ${version}`;
  const why = requiredBy.length > 0 ? `, needed by ${requiredBy.join(', ')}` : `, from ${source}`;
  return `${paint('bold', name)} ${versions}  ${paint('dim', `${count(files, 'file')}, ${formatSize(size)}${why}`)}`;
}

function summary({ added, updated, removed, unchanged, target, took }: InstallReport): string {
  const parts: string[] = [];
  if (added.length > 0) parts.push(`installed ${added.length}`);
  if (updated.length > 0) parts.push(`updated ${updated.length}`);
  if (removed.length > 0) parts.push(`removed ${removed.length}`);
  if (parts.length === 0) return `Nothing to do: ${count(unchanged.length, 'skill is', 'skills are')} as wanted`;
  if (unchanged.length > 0) parts.push(`${unchanged.length} unchanged`);
  const text = parts.join(', ');
  return `${text[0]?.toUpperCase()}${text.slice(1)} in ${target} (${formatDuration(took)})`;
}
