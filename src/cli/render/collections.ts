import type { CollectionPushReport, CollectionReport } from '../../manager/index.ts';
import { count } from './format.ts';
import { paint } from './style.ts';
import { formatFacts, formatTable } from './table.ts';

export function formatCollection(report: CollectionReport): string {
  const { name, version, title, description, digest, skills } = report;
  return [
    formatFacts([
      ['collection', version === undefined ? name : `${name} ${version}`],
      ['title', title === name ? undefined : title],
      ['about', description],
      ['digest', digest],
      ['skills', String(skills.length)],
    ]),
    '',
    formatSkills(report),
    '',
    `To install them: ${paint('bold', `skills install ${report.reference}`)}`,
  ].join('\n');
}

export function formatCollectionPush(report: CollectionPushReport): string {
  const { existed, dryRun, reference, digest, tags, skills, changed, removed } = report;
  const did = existed ? 'Already there:' : dryRun ? 'Dry run, nothing was changed. Would push' : 'Pushed:';
  return [
    `${did} ${paint('bold', reference)}`,
    formatFacts([
      ['digest', digest],
      ['tags', tags.join(', ')],
      ['skills', count(skills.length, 'skill')],
      ['changed', changed.join(', ')],
      ['removed', removed.join(', ')],
    ]),
    '',
    formatSkills(report),
  ].join('\n');
}

function formatSkills({ skills }: CollectionReport): string {
  const rows = skills.map(({ name, version = '', reference = '', description = '' }) => [
    name,
    version,
    reference,
    description,
  ]);
  return formatTable(['SKILL', 'VERSION', 'FROM', 'ABOUT'], rows);
}
