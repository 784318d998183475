import type {
  ArtifactNode,
  ArtifactPart,
  ArtifactReport,
  AttachReport,
  DeleteReport,
  TagChange,
  TagReport,
  TagsReport,
} from '../../manager/index.ts';
import { count, formatSize } from './format.ts';
import { paint } from './style.ts';
import { formatFacts, formatTable } from './table.ts';
import { type Branch, formatTree } from './tree.ts';

export function formatTags({ tags }: TagsReport): string {
  const pointing = tags.some(({ kind, digest }) => kind !== 'version' && digest !== undefined);
  if (!pointing)
    return formatTable(
      ['TAG'],
      tags.map(({ tag }) => [tag]),
    );
  const rows = tags.map(({ tag, version, digest, kind }) => [tag, kind === 'version' ? '' : (version ?? digest ?? '')]);
  return formatTable(['TAG', 'STANDS FOR'], rows);
}

const changeMarks: Readonly<Record<TagChange['change'], string>> = { added: '+', moved: '~', unchanged: '=' };
const changeStyles = { added: 'green', moved: 'cyan', unchanged: 'dim' } as const;

export function formatTagged({ reference, tags }: TagReport): string {
  const lines = tags.map(({ tag, change, previous }) => {
    const was = previous === undefined ? '' : `  ${paint('dim', `stood for ${previous}`)}`;
    return `${paint(changeStyles[change], changeMarks[change])} ${tag}${was}`;
  });
  const changed = tags.filter(({ change }) => change !== 'unchanged').length;
  const verdict = changed === 0 ? 'Nothing to do: all stand for' : `Set ${count(changed, 'tag')} of`;
  return [...lines, `${verdict} ${paint('bold', reference)}`].join('\n');
}

export function formatAttached(report: AttachReport): string {
  const { reference, artifactType, subject, files } = report;
  return [
    `Attached ${paint('bold', reference)}`,
    formatFacts([
      ['to', subject],
      ['type', artifactType],
      ...files.map(({ title, mediaType, size }) => ['file', `${title} (${mediaType}, ${formatSize(size)})`] as const),
    ]),
  ].join('\n');
}

/** @param artifactType the only one that was asked for: that there is none of it says nothing of others. */
export function formatDiscovered(root: ArtifactNode, artifactType?: string): string {
  const tree = formatTree(toBranch(root));
  if (root.referrers.length > 0) return tree;
  if (artifactType !== undefined) {
    return `${tree}\nNothing of the type ${artifactType} refers to it; others are not shown: leave --artifact-type out to see them`;
  }
  return `${tree}\nNothing refers to it: no signature, no attestation, no SBOM`;
}

/** What a manifest names: what there is to say of an artifact that is no skill. */
export function formatArtifact(report: ArtifactReport): string {
  const { title, artifactType, config, layers, manifests, annotations } = report;
  const facts = formatFacts([
    ['kind', title],
    ['type', artifactType === title ? undefined : artifactType],
    ['reference', report.reference],
    ['digest', report.digest],
    ['manifest', `${report.mediaType}, ${formatSize(report.size)}`],
    ['belongs to', report.subject],
    ['config', config && `${config.mediaType}, ${formatSize(config.size)}`],
    ...Object.entries(annotations),
  ]);
  const named = (parts: readonly ArtifactPart[]) => parts.some(({ name, platform }) => name ?? platform);
  const table = (heading: string, parts: readonly ArtifactPart[]) => {
    const rows = parts.map(({ digest, name, platform, artifactType: type, mediaType, size }) => [
      formatSize(size),
      ...(named(parts) ? [[name, platform].filter(Boolean).join(' ')] : []),
      type ?? mediaType,
      digest,
    ]);
    return formatTable(['SIZE', ...(named(parts) ? ['NAME'] : []), heading, 'DIGEST'], rows);
  };
  return [
    facts,
    ...(layers.length > 0 ? ['', table('LAYER', layers)] : []),
    ...(manifests.length > 0 ? ['', table('MANIFEST', manifests)] : []),
  ].join('\n');
}

/** All manifests below the root, a digest a line. */
export function listDiscovered({ referrers }: ArtifactNode): string {
  const digests = (nodes: readonly ArtifactNode[]): string[] =>
    nodes.flatMap(({ digest, referrers: below }) => [digest, ...digests(below)]);
  return [...new Set(digests(referrers))].join('\n');
}

function toBranch(node: ArtifactNode, depth = 0): Branch {
  const again = node.cut === 'repeated' ? ', shown above' : '';
  return {
    label: depth === 0 ? `${node.reference.split('@')[0]} (${node.title})` : `${node.title}${again}`,
    detail: node.digest,
    below: node.referrers.map((below) => toBranch(below, depth + 1)),
  };
}

/** What would go, as the question before it: without a question mark. */
export function describeDeletion(report: DeleteReport): string {
  const { reference, digest, manifest, tags, referrers } = report;
  if (!manifest) return `the tag ${reference} (what it stands for, ${digest}, stays)`;
  const also = [
    tags.length > 0 ? `${count(tags.length, 'tag')} (${tags.join(', ')})` : '',
    referrers.length > 0
      ? `${count(referrers.length, 'manifest')} that ${referrers.length === 1 ? 'refers' : 'refer'} to it`
      : '',
  ].filter(Boolean);
  const whole = reference.endsWith(digest) ? reference : `${reference} (${digest})`;
  return `the manifest ${whole}${also.length > 0 ? ` with ${also.join(' and ')}` : ''}`;
}

/** What stays and then refers to nothing: a line, or none. */
export function describeRemaining({ remaining, dryRun }: DeleteReport): readonly string[] {
  if (remaining.length === 0) return [];
  const what = `${count(remaining.length, 'manifest')} ${remaining.length === 1 ? 'refers' : 'refer'} to it and ${remaining.length === 1 ? 'stays' : 'stay'}`;
  return [dryRun ? `${what}; with --recursive, what refers to it goes too` : what];
}

export function formatDeleted(report: DeleteReport): string {
  const what = describeDeletion(report);
  const left = describeRemaining(report);
  if (report.dryRun) return [`Dry run, nothing was changed. Would delete ${what}`, ...left].join('\n');
  return [`Deleted ${what}`, ...left, ...(report.manifest ? [reclaiming[report.reclaimedBy]] : [])].join('\n');
}

const reclaiming: Readonly<Record<DeleteReport['reclaimedBy'], string>> = {
  registry: 'Its blobs take up space until the registry next collects its garbage.',
  nobody: 'Its blobs stay in the layout: copy what is left to a new one to be rid of them.',
};
