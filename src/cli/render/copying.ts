import { errorTable } from '../../core/index.ts';
import type {
  CopyCounts,
  CopyReport,
  LoadBundleReport,
  MirrorReport,
  RepositoryReport,
  SaveBundleReport,
} from '../../manager/index.ts';
import { count, formatSize } from './format.ts';
import { paint } from './style.ts';
import { formatFacts, formatTable } from './table.ts';

export function formatCopied({ to, digest, tags, counts, from }: CopyReport): string {
  const nothing = counts.manifests + counts.blobs + counts.mounted === 0;
  return [
    `${nothing ? 'Already there:' : 'Copied to'} ${paint('bold', to)}`,
    formatFacts([
      ['from', from],
      ['digest', digest],
      ['tags', tags.join(', ')],
      ['sent', describeCounts(counts)],
    ]),
  ].join('\n');
}

export function formatSaved({ file, size, skills }: SaveBundleReport): string {
  const rows = skills.map(({ name, version, reference }) => [name, version, reference]);
  return [
    formatTable(['SKILL', 'VERSION', 'NAME IN THE BUNDLE'], rows),
    `Saved ${count(skills.length, 'skill')} to ${paint('bold', file)} (${formatSize(size)})`,
  ].join('\n');
}

export function formatLoaded(report: LoadBundleReport): string {
  return formatRepositories(report, report.dryRun ? 'Would load' : 'Loaded');
}

export function formatMirrored(report: MirrorReport): string {
  return formatRepositories(report, report.dryRun ? 'Would copy' : 'Copied');
}

/** For scripts: what was copied, a reference a line. */
export function listCopied({ repositories }: { readonly repositories: readonly RepositoryReport[] }): string {
  return repositories.flatMap(({ to, copied }) => copied.map((tag) => `${to}:${tag}`)).join('\n');
}

/** The exit code of the first failure; 0 where there is none. */
export function exitOfFailures({ repositories }: { readonly repositories: readonly RepositoryReport[] }): number {
  const [first] = repositories.flatMap(({ failed }) => failed);
  return first === undefined ? 0 : errorTable[first.code].exit;
}

interface Repositories {
  readonly to: string;
  readonly dryRun: boolean;
  readonly repositories: readonly RepositoryReport[];
  readonly counts: CopyCounts;
}

function formatRepositories({ to, dryRun, repositories, counts }: Repositories, did: string): string {
  const rows = repositories.map(({ from, copied, unchanged, failed }) => [
    String(copied.length),
    String(unchanged.length),
    failed.length > 0 ? paint('red', String(failed.length)) : '0',
    from,
  ]);
  return [
    formatTable(['NEW', 'SAME', 'FAILED', 'REPOSITORY'], rows),
    ...repositories.flatMap(formatFailures),
    `${did} ${count(sumOf(repositories, 'copied'), 'tag')} of ${count(repositories.length, 'repository', 'repositories')} to ${paint('bold', to)}`,
    ...(dryRun ? [] : [`Sent: ${describeCounts(counts)}`]),
  ].join('\n');
}

function sumOf(repositories: readonly RepositoryReport[], what: 'copied' | 'failed'): number {
  return repositories.reduce((sum, repository) => sum + repository[what].length, 0);
}

function formatFailures({ from, failed }: RepositoryReport): string[] {
  return failed.map(
    ({ tag, code, message }) => `${paint('red', code)} ${from}${tag === undefined ? '' : `:${tag}`}: ${message}`,
  );
}

function describeCounts({ manifests, blobs, bytes, held, mounted }: CopyCounts): string {
  const sent = [count(manifests, 'manifest'), count(blobs, 'blob')].filter((text) => !text.startsWith('0 '));
  const parts = [sent.length > 0 ? `${sent.join(' and ')}, ${formatSize(bytes)}` : 'nothing'];
  if (mounted > 0) parts.push(`${mounted} taken over`);
  if (held > 0) parts.push(`${held} there already`);
  return parts.join('; ');
}
