import { resolve } from 'node:path';
import { isSkillsError, SkillsError } from '../../core/index.ts';
import { requireSkill, type SkillManifest } from '../../manifest/index.ts';
import { openPackage } from '../../pack/index.ts';
import { newestMatching, placeDependency, versionTags } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import { keysOf, namePlaces, openSource } from '../naming.ts';
import { registryPrefix } from '../settings/config-file.ts';
import { requireRegistry } from '../settings/settings.ts';
import type { PublishReport } from '../types.ts';
import { push } from './push.ts';

/** Where a skill is published, and as what. */
export interface PublishOptions {
  /** Registry prefix or name; default the manifest's `registry`, then the configured one. */
  readonly registry?: string | undefined;
  /** Default: the manifest's, a git tag's, one made from the commit, or the next patch. */
  readonly version?: string | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
}

/** Validates, packs and pushes a skill with its moving tags, then tells the index where one is configured. */
export async function publish(context: Context, dir: string, options: PublishOptions): Promise<PublishReport> {
  const { name, registry, dependencies } = await readForPublishing(context, dir);
  const prefix = prefixFor(context, options.registry ?? context.options.registry ?? registry);
  const report = await push(context, dir, `${prefix}/${name}`, {
    version: options.version,
    dryRun: options.dryRun,
    moving: true,
  });
  const missing = await findUnpublished(context, `${prefix}/${name}`, dependencies);
  if (options.dryRun) return { ...report, dryRun: true, warnings: [...report.warnings, ...missing] };
  const { indexed, warnings } = await announce(context, report.reference);
  const told = indexed === undefined ? {} : { indexed };
  return { ...report, dryRun: false, ...told, warnings: [...report.warnings, ...missing, ...warnings] };
}

/** @throws SkillsError ERR_SKILL_INVALID listing every error: nothing invalid is published. */
async function readForPublishing(
  context: Context,
  dir: string,
): Promise<Pick<SkillManifest, 'name' | 'registry' | 'dependencies'>> {
  await using folder = await openPackage(resolve(context.settings.cwd, dir));
  return requireSkill(folder).manifest;
}

/**
 * What the skill needs and nobody who installs it could get: said now, to its author. Skills that need each other cannot be
 * published at once, so it is no error, and neither is a registry that does not answer.
 */
async function findUnpublished(
  context: Context,
  id: string,
  dependencies: SkillManifest['dependencies'],
): Promise<readonly string[]> {
  const needed = dependencies.filter(({ optional }) => !optional);
  if (needed.length === 0) return [];
  await using pool = await context.sources();
  const places = namePlaces(context);
  const found = await Promise.all(
    needed.map(async ({ name, range }) => {
      const asked = placeDependency(id, name, places).map((place) => hasVersion(pool, place, range));
      return (await Promise.all(asked)).includes(true) || asked.length === 0
        ? []
        : [`it needs ${name}@${range || '*'}, which is not published: publish that too, or nobody can install this`];
    }),
  );
  return found.flat();
}

async function hasVersion(pool: SourcePool, id: string, range: string): Promise<boolean> {
  try {
    const source = openSource(pool, id);
    if (source.kind !== 'oci') return true;
    const keys = await keysOf(source, id);
    return newestMatching(range, [...versionTags(keys).keys()]) !== undefined;
  } catch (error) {
    return !isSkillsError(error, 'ERR_NOT_FOUND');
  }
}

function prefixFor(context: Context, chosen: string | undefined): string {
  if (!chosen) return requireRegistry(context.settings, 'publishing');
  const { named } = context.settings;
  const found = named.find(({ name }) => name === chosen);
  if (found) return found.url;
  return registryPrefix(
    chosen,
    named.map(({ name }) => name),
  );
}

/** The skill is published whether or not the index listens, so its refusal is a warning. */
async function announce(
  context: Context,
  reference: string,
): Promise<{ readonly indexed?: boolean; readonly warnings: readonly string[] }> {
  const index = await context.index();
  if (!index) return { warnings: [] };
  try {
    await index.announce(reference);
    return { indexed: true, warnings: [] };
  } catch (error) {
    if (!(error instanceof SkillsError)) throw error;
    context.logger.warn({ reference, code: error.code }, error.message);
    return {
      indexed: false,
      warnings: [
        `the index was not told: ${error.message}${error.code === 'ERR_UNAUTHORISED' ? ' (set SKILLS_INDEX_TOKEN to the token that it printed at its start)' : ''}`,
      ],
    };
  }
}
