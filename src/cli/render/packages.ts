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
      ['skill', `${name} ${version} (${sayOrigin(versionFrom)})`],
      ['size', `${formatSize(size)}, ${count(files.length, 'file')}`],
      ['content', contentDigest],
      ['manifest', digest],
    ]),
  );
  if (problems.length > 0) lines.push(formatProblems(problems));
  return lines.join('\n');
}

export function formatPushReport(report: PushReport): string {
  return formatPushed(`${report.existed ? 'Already there' : 'Pushed'}:`, report);
}

function formatPushed(did: string, report: PushReport): string {
  const { reference, digest, version, versionFrom, size, problems, artifacts } = report;
  const [main, ...others] = artifacts;
  const lines = [
    `${did} ${paint('bold', reference)}`,
    formatFacts([
      ['version', `${version} (${sayOrigin(versionFrom)})`],
      ['digest', digest],
      ['tags', main?.tags.join(', ')],
      ['size', formatSize(size)],
    ]),
    ...others.map(formatOtherArtifact),
  ];
  if (problems.length > 0) lines.push(formatProblems(problems));
  return lines.join('\n');
}

/** The same skill in another dialect. */
function formatOtherArtifact({ dialect, reference, digest, tags, size }: PushReport['artifacts'][number]): string {
  const facts = formatFacts([
    ['digest', digest],
    ['tags', tags.join(', ')],
    ['size', formatSize(size)],
  ]);
  return `As ${dialect}: ${paint('bold', reference)}\n${facts}`;
}

const origins: Readonly<Record<string, string>> = {
  flag: 'as --version says',
  reference: 'as the reference says',
  manifest: 'as the skill says',
  'git tag': "as the commit's tag says",
  'git commit': 'made from the git commit',
  first: 'the first one; the skill states none',
  'next patch': 'the next one; the skill states none',
  unchanged: 'published already, with the same content',
};

/** Where a version was taken from, in words for people. */
function sayOrigin(from: string): string {
  return origins[from] ?? `from ${from}`;
}

export function formatPublishReport(report: PublishReport): string {
  if (report.dryRun) {
    return formatPushed(`Dry run, nothing was changed. ${report.existed ? 'Already there:' : 'Would push'}`, report);
  }
  return [
    formatPushReport(report),
    sayIndexed(report.indexed),
    `To install it: ${paint('bold', `skills install ${report.reference}`)}`,
  ].join('\n');
}

function sayIndexed(indexed: boolean | undefined): string {
  if (indexed === true) return 'The index knows it.';
  if (indexed === false) return 'The index was not told; it finds the skill at its next look at the registry.';
  return 'No index is configured: searches do not find it, its reference does.';
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
      ['platform', report.platform],
      ['beside', report.skills?.filter((name) => name !== report.name).join(', ')],
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
