import { toSkillsError } from '../../core/index.ts';
import { loadSkill, type Skill } from '../../runtime/index.ts';
import { findEntry } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { InstalledSkill } from '../types.ts';
import { findInstalled, isCalled, listInstalled, notInstalled } from './list.ts';

/** Loads what is installed here; `name@version` also finds what was only pulled. */
export async function load(context: Context, text: string): Promise<Skill> {
  const { name, version } = splitName(text);
  if (version === undefined) {
    const { path, version: installed, name: found } = await findInstalled(context, name);
    return loadSkill(path, { version: installed, name: found });
  }
  const here = (await listInstalled(context)).find(
    (skill) => isCalled(context, skill, name) && skill.version === version,
  );
  if (here) return loadSkill(here.path, here);
  return loadPulled(context, name, version);
}

/** Loads all that is installed. One that fails is a warning, the others load (seed 001, "Loading Flow"). */
export async function loadAll(context: Context): Promise<readonly Skill[]> {
  const installed = await listInstalled(context);
  return installed.flatMap((skill) => loadOrWarn(context, skill));
}

function loadOrWarn({ logger }: Context, { name, path, version }: InstalledSkill): Skill[] {
  try {
    return [loadSkill(path, { name, version })];
  } catch (error) {
    const { message, code } = toSkillsError(error);
    logger.warn({ name, version, code }, `${name} was not loaded: ${message}`);
    return [];
  }
}

async function loadPulled(context: Context, name: string, version: string): Promise<Skill> {
  const store = await context.store();
  const entry = findEntry(store.index.read(), name, version);
  const tree =
    entry &&
    store.findTree({
      name: entry.name,
      version,
      ...(entry.scope ? { scope: entry.scope } : {}),
      ...(entry.contentDigest ? { contentDigest: entry.contentDigest } : {}),
    });
  if (!tree)
    throw notInstalled(
      `${name}@${version}`,
      store.index.entries.map((other) => `${other.name}@${other.version}`),
    );
  return loadSkill(tree.path, { name: tree.name, version });
}

/** `name@version`; the `@` of a scope is none. */
function splitName(text: string): { name: string; version: string | undefined } {
  const at = text.lastIndexOf('@');
  return at > 0 ? { name: text.slice(0, at), version: text.slice(at + 1) } : { name: text, version: undefined };
}
