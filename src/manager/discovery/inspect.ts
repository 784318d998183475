import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { requireSkill } from '../../manifest/index.ts';
import { hashTree, openPackage, type SkillArtifact } from '../../pack/index.ts';
import { parseSpec } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { anchor, openSpec } from '../naming.ts';
import type { InspectReport, ReadOptions } from '../types.ts';

/** Says all that is known of a skill without installing it: an artifact, a folder or a package file. */
export async function inspect(context: Context, what: string, options: ReadOptions = {}): Promise<InspectReport> {
  const path = resolve(context.settings.cwd, what);
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? inspectPath(path, stat.isDirectory() ? 'folder' : 'package') : inspectRemote(context, what, options);
}

async function inspectPath(path: string, kind: 'folder' | 'package'): Promise<InspectReport> {
  await using folder = await openPackage(path);
  const { manifest, problems } = requireSkill(folder);
  return {
    kind,
    reference: path,
    name: manifest.name,
    ...(manifest.version ? { version: manifest.version } : {}),
    manifest,
    files: folder.files.map(({ path: file, size, executable }) => ({ path: file, size, executable })),
    size: folder.files.reduce((sum, { size }) => sum + size, 0),
    contentDigest: hashTree(folder.root).contentDigest,
    annotations: {},
    problems,
  };
}

async function inspectRemote(context: Context, what: string, options: ReadOptions): Promise<InspectReport> {
  await using pool = await context.sources();
  const spec = parseSpec(what);
  if (spec.kind === 'folder' || spec.kind === 'file') throw new SkillsError('ERR_NOT_FOUND', `${what} is not there`);
  const { opened, id, version } = await openSpec(context, pool, anchor(context, spec), options);
  return { ...describeArtifact(opened.artifact), reference: `${id}@${opened.artifact.descriptor.digest}`, version };
}

function describeArtifact(artifact: SkillArtifact): Omit<InspectReport, 'reference'> {
  return {
    kind: 'artifact',
    digest: artifact.descriptor.digest,
    dialect: artifact.dialect,
    name: artifact.manifest.name,
    manifest: artifact.manifest,
    files: artifact.files ?? [],
    size: artifact.layers.reduce((sum, { size }) => sum + size, 0),
    ...(artifact.contentDigest ? { contentDigest: artifact.contentDigest } : {}),
    annotations: artifact.annotations,
    ...(artifact.skills ? { skills: artifact.skills } : {}),
    ...(artifact.platform ? { platform: artifact.platform } : {}),
    problems: [],
  };
}
