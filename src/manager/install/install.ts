import { SkillsError } from '../../core/index.ts';
import type { Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { InstallOptions, InstallReport, SkillPackage } from '../types.ts';
import { installFrozen } from './from-lock.ts';
import type { ChangeOptions } from './install.types.ts';
import { describeReport, type Outcome } from './report.ts';
import { installSolved } from './solved.ts';
import { readState } from './state.ts';

/** Installs what was typed, or, where nothing was, what skills.json declares. */
export async function install(
  context: Context,
  specs: readonly string[],
  options: InstallOptions = {},
): Promise<InstallReport> {
  return installNow(context, specs, { ...options, renew: [] });
}

async function installNow(context: Context, specs: readonly string[], options: ChangeOptions): Promise<InstallReport> {
  const started = performance.now();
  const outcome = await change(context, specs, options);
  return describeReport(context, outcome, performance.now() - started);
}

/** Installs one skill. @throws SkillsError ERR_USAGE where the spec stands for several. */
export async function installOne(context: Context, spec: string, options: InstallOptions): Promise<SkillPackage> {
  const report = await installNow(context, [spec], { ...options, renew: [], single: true });
  const all = [...report.added, ...report.updated, ...report.unchanged];
  const state = readState(context.settings.root);
  const names = new Set(state.project.skills.map(({ name }) => name));
  const typed = report.typed.find((name) => names.has(name)) ?? report.typed[0];
  const skill = all.find(({ name }) => name === typed);
  if (skill) return { ...skill, dependencies: all.filter(({ requiredBy }) => requiredBy.includes(skill.name)) };
  throw new SkillsError('ERR_USAGE', `${spec} stands for several skills`, { hint: 'install them with installAll' });
}

/** One change of what is installed, alone in its project. */
export async function change(context: Context, specs: readonly string[], options: ChangeOptions): Promise<Outcome> {
  const store = await context.store();
  const { root } = context.settings;
  return store.lock(root, () => changeLocked(context, store, specs, options), {
    signal: context.signal,
    onWait: (holder) =>
      context.logger.warn({ holder }, `waiting for process ${holder ?? ''} that works on the same skills`),
  });
}

async function changeLocked(
  context: Context,
  store: Store,
  specs: readonly string[],
  options: ChangeOptions,
): Promise<Outcome> {
  const state = readState(context.settings.root);
  const offline = options.offline ?? context.settings.offline;
  await using pool = await context.sources(offline);
  const work = { context, store, pool, state, options, offline };
  return options.frozen ? await installFrozen(work, specs) : await installSolved(work, specs);
}
