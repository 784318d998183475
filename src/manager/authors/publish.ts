import { resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { requireSkill, type SkillManifest } from '../../manifest/index.ts';
import { openPackage } from '../../pack/index.ts';
import type { Context } from '../context.ts';
import { registryPrefix } from '../settings/config-file.ts';
import { requireRegistry } from '../settings/settings.ts';
import type { PublishReport } from '../types.ts';
import { findUnpublished, requirePublished } from './published-needs.ts';
import { type PushOptions, push } from './push.ts';

/** Where a skill is published, and as what. */
export interface PublishOptions {
  /** Registry prefix or name; default the manifest's `registry`, then the configured one. */
  readonly registry?: string | undefined;
  /** Default: the manifest's, a git tag's, one made from the commit, or the next patch. */
  readonly version?: string | undefined;
  /** The forms that it is pushed in; default as configured (`dialects`), else `agentskills`. */
  readonly dialects?: PushOptions['dialects'];
  /** Whether a composition is refused where a skill that it includes is not published; true unless stated. */
  readonly checkIncludes?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
}

/** Validates, packs and pushes a skill with its moving tags, then tells the index where one is configured. */
export async function publish(context: Context, dir: string, options: PublishOptions): Promise<PublishReport> {
  const { name, registry, dependencies, includes } = await readForPublishing(context, dir);
  const prefix = prefixFor(context, options.registry ?? context.options.registry ?? registry);
  const id = `${prefix}/${name}`;
  if (options.checkIncludes ?? true) await requirePublished(context, id, includes);
  const report = await push(context, dir, id, {
    version: options.version,
    dialects: options.dialects,
    dryRun: options.dryRun,
    moving: true,
  });
  const missing = await findUnpublished(context, id, dependencies);
  if (options.dryRun) return { ...report, dryRun: true, warnings: [...report.warnings, ...missing] };
  // The index lists versions, and the tag of an image is none.
  const listed = report.artifacts.find(({ dialect }) => dialect === 'agentskills');
  const { indexed, warnings } = listed ? await announce(context, listed.reference) : { warnings: [] };
  const told = indexed === undefined ? {} : { indexed };
  return { ...report, dryRun: false, ...told, warnings: [...report.warnings, ...missing, ...warnings] };
}

/** @throws SkillsError ERR_SKILL_INVALID listing every error: nothing invalid is published. */
async function readForPublishing(
  context: Context,
  dir: string,
): Promise<Pick<SkillManifest, 'name' | 'registry' | 'dependencies' | 'includes'>> {
  await using folder = await openPackage(resolve(context.settings.cwd, dir));
  return requireSkill(folder).manifest;
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
