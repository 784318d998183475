import { SkillsError } from '../../core/index.ts';
import { findLocked, lockEntries } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import type { Installed, InstallReport, SkillPackage } from '../types.ts';
import { change } from './install.ts';
import { describeReport } from './report.ts';
import { readState } from './state.ts';

/** How skills are updated. */
export interface UpdateOptions {
  /** Only say what there is; nothing is installed. */
  readonly check?: boolean | undefined;
  /** Local edits may be lost. */
  readonly force?: boolean | undefined;
  /** Ask no network: newest is what the store knows. */
  readonly offline?: boolean | undefined;
}

/** Moves skills, or all, to the newest versions that their ranges allow; their dependencies follow as far as they must. */
export async function update(
  context: Context,
  names: readonly string[],
  options: UpdateOptions,
): Promise<InstallReport> {
  const started = performance.now();
  const { lock } = readState(context.settings.root);
  const missing = names.filter((name) => !findLocked(lock, name));
  if (missing.length > 0) {
    throw new SkillsError('ERR_NOT_INSTALLED', `${missing.join(', ')} is not installed here`, {
      hint: `install it: skills install ${missing.join(' ')}`,
    });
  }
  const renew = names.length ? names : lockEntries(lock).map(({ name }) => name);
  const outcome = await change(context, [], { ...options, renew });
  const report = describeReport(context, outcome, performance.now() - started);
  return options.check ? { ...report, updated: available(outcome) } : report;
}

/** Moves one skill. */
export async function updateOne(context: Context, name: string, options: UpdateOptions): Promise<SkillPackage> {
  const report = await update(context, [name], options);
  const all = [...report.updated, ...report.unchanged, ...report.added];
  const skill = all.find((item) => item.name === name);
  if (!skill) throw new SkillsError('ERR_INTERNAL', `${name} vanished while it was updated`);
  return { ...skill, dependencies: all.filter(({ requiredBy }) => requiredBy.includes(name)) };
}

function available({ picks = [], before }: Awaited<ReturnType<typeof change>>): readonly Installed[] {
  return picks.flatMap(({ name, version, solved, opened }) => {
    const old = findLocked(before, name);
    const { artifact } = opened;
    const contentDigest = artifact.contentDigest ?? artifact.layer.digest;
    if (old && old.version === version && old.contentDigest === contentDigest) return [];
    return [
      {
        name,
        version,
        ...(old?.version ? { previous: old.version } : {}),
        source: solved.packageId,
        digest: artifact.descriptor.digest,
        contentDigest,
        requiredBy: solved.requiredBy,
        path: '',
        files: artifact.files?.length ?? 0,
        size: artifact.files?.reduce((sum, { size }) => sum + size, 0) ?? 0,
      },
    ];
  });
}
