import { resolve } from 'node:path';
import { SkillsError, type Target } from '../../core/index.ts';
import { dialectTag, openPackage, type PackedSkill, type WritableDialect } from '../../pack/index.ts';
import { versionOfTag } from '../../resolve/index.ts';
import { packFolder } from '../../sources/index.ts';
import { type Endpoint, openEndpoint } from '../artifacts/endpoint.ts';
import { inOneStep } from '../artifacts/in-one-step.ts';
import type { Context } from '../context.ts';
import type { PushReport } from '../types.ts';
import { publishedWithContent } from './published.ts';
import { checkLeaf, pushArtifact, toPush } from './push-artifact.ts';

/** What is pushed beside the skill itself. */
export interface PushOptions {
  /** Default: the reference's tag, the manifest's, a git tag's, one made from the commit, or 0.1.0. */
  readonly version?: string | undefined;
  /** The forms that it is pushed in, each under a tag of its own; default as configured (`dialects`), else `agentskills`. */
  readonly dialects?: readonly WritableDialect[] | undefined;
  /** Tags beside the version's. */
  readonly tags?: readonly string[] | undefined;
  /** Whether `latest`, `1` and `1.2` follow; publish does, push does not. */
  readonly moving?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
}

/** Packs a folder or package file and pushes it; a version that exists with other content is refused. */
export async function push(
  context: Context,
  source: string,
  reference: string,
  options: PushOptions = {},
): Promise<PushReport> {
  const destination = await openEndpoint(context, reference, { writes: true });
  const dialects = options.dialects?.length ? options.dialects : context.settings.dialects;
  const [first = 'agentskills'] = dialects;
  await using folder = await openPackage(resolve(context.settings.cwd, source));
  const wanted = options.version ?? versionOfEndpoint(destination, first);
  context.report({ phase: 'pack', name: folder.folder });
  const { packed: made, chosen } = await packFolder(folder, {
    version: wanted,
    dialects,
    published: () => publishedWithContent(destination.target, first),
  });
  await using packed = made;
  checkLeaf(destination, packed.name);
  return await pushPacked(context, packed, destination, {
    ...options,
    versionFrom: wanted !== undefined && options.version === undefined ? 'reference' : chosen.from,
  });
}

/** Pushes every artifact, once it is known that none would replace another content. */
async function pushPacked(
  context: Context,
  packed: PackedSkill,
  destination: Endpoint,
  options: PushOptions & { versionFrom: string },
): Promise<PushReport> {
  const parts = await Promise.all(packed.artifacts.map((artifact) => toPush(packed, artifact, destination, options)));
  if (!options.dryRun) {
    const total = parts.reduce((sum, { artifact }) => sum + artifact.layer.size, 0);
    context.report({ phase: 'push', name: packed.name, total });
  }
  const pushAll = async (target: Target) => {
    const done = [];
    // One after the other: the first is what the others stand beside.
    for (const part of parts)
      done.push(await pushArtifact(context, packed, { ...destination, target }, part, options.dryRun ?? false));
    return done;
  };
  const pushed = options.dryRun
    ? await pushAll(destination.target)
    : await inOneStep(destination.target, pushAll, context);
  const artifacts = pushed.map(({ warnings: _, ...artifact }) => artifact);
  const [main] = artifacts;
  if (!main) throw new SkillsError('ERR_INTERNAL', 'nothing was packed');
  return {
    name: packed.name,
    reference: main.reference,
    digest: main.digest,
    contentDigest: packed.contentDigest,
    version: packed.version,
    versionFrom: options.versionFrom,
    size: main.size,
    existed: artifacts.every(({ existed }) => existed),
    problems: packed.problems,
    tags: artifacts.flatMap(({ tags }) => tags),
    artifacts,
    warnings: pushed.flatMap(({ warnings }) => warnings),
  };
}

/** A tag that is a version decides the version; another tag is refused, since versions are what people install. */
function versionOfEndpoint({ key: tag, describe }: Endpoint, dialect: WritableDialect): string | undefined {
  if (tag === undefined) return undefined;
  const prefix = dialectTag(dialect, '');
  const version = versionOfTag(tag) ?? (tag.startsWith(prefix) ? versionOfTag(tag.slice(prefix.length)) : undefined);
  if (version) return version;
  throw new SkillsError('ERR_REFERENCE_INVALID', `${describe(tag)}: the tag is not an exact version`, {
    hint: 'push to host/prefix/name:1.2.3, or leave the tag out; tags like "latest" are set beside it, by publish or --tag',
  });
}
