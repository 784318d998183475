import type { InspectReport, PackReport, PublishReport, PullReport, PushReport } from '../../manager/index.ts';
import { count, formatSize } from './format.ts';
import { formatProblems } from './problems.ts';
import { paint } from './style.ts';
import { formatFacts, formatTable } from './table.ts';

type Files = readonly { readonly path: string; readonly size: number; readonly executable: boolean }[];

export function formatPackReport(report: PackReport): string {
  const { name, version, versionFrom, file, size, files, contentDigest, digest, problems } = report;
  const lines = file === undefined ? [formatFiles(files)] : [`Packed ${paint('bold', file)}`];
  lines.push(
    formatFacts([
      ['skill', `${name} ${version} (version from ${versionFrom})`],
      ['size', `${formatSize(size)}, ${count(files.length, 'file')}`],
      ['content', contentDigest],
      ['manifest', digest],
    ]),
  );
  if (problems.length > 0) lines.push(formatProblems(problems));
  return lines.join('\n');
}

export function formatPushReport(report: PushReport): string {
  const { reference, digest, version, versionFrom, tags, existed, size } = report;
  return [
    `${existed ? 'Already there' : 'Pushed'}: ${paint('bold', reference)}`,
    formatFacts([
      ['version', `${version} (from ${versionFrom})`],
      ['digest', digest],
      ['tags', tags.join(', ')],
      ['size', formatSize(size)],
    ]),
  ].join('\n');
}

export function formatPublishReport(report: PublishReport): string {
  const lines = [formatPushReport(report)];
  if (report.dryRun) lines[0] = `Dry run, nothing was changed. ${lines[0]}`;
  else if (report.indexed === true) lines.push('The index knows it.');
  else if (report.indexed === false)
    lines.push('The index was not told; it finds the skill at its next look at the registry.');
  if (!report.dryRun) lines.push(`To install it: ${paint('bold', `skills install ${report.reference}`)}`);
  return lines.join('\n');
}

export function formatPullReport({ name, version, reference, digest, path }: PullReport): string {
  return [
    `Pulled ${paint('bold', `${name} ${version}`)}`,
    formatFacts([
      ['from', reference],
      ['digest', digest],
      ['path', path],
    ]),
  ].join('\n');
}

export function formatInspectReport(report: InspectReport): string {
  const { manifest, annotations, problems, files } = report;
  const lines = [
    formatFacts([
      ['skill', `${report.name} ${report.version ?? '(no version)'}`],
      ['about', manifest.description],
      ['licence', manifest.license],
      ['kind', report.dialect ? `${report.kind}, dialect ${report.dialect}` : report.kind],
      ['reference', report.reference],
      ['digest', report.digest],
      ['content', report.contentDigest],
      ['size', `${formatSize(report.size)}, ${count(files.length, 'file')}`],
      ['needs', manifest.dependencies.map(({ name, range }) => `${name}@${range}`).join(', ')],
      ...Object.entries(annotations),
    ]),
    '',
    formatFiles(files),
  ];
  if (problems.length > 0) lines.push('', formatProblems(problems));
  return lines.join('\n');
}

function formatFiles(files: Files): string {
  const rows = files.map(({ size, executable, path }) => [formatSize(size), executable ? 'x' : '', path]);
  return formatTable(['SIZE', 'X', 'FILE'], rows);
}
