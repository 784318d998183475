import { isRepositoryName, isSkillName, looksLikeRegistry, nameOfId } from '../core/index.ts';

const scoped = /^@([a-z0-9]+(?:[._-][a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/;
const dotted = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * The name under which a dependency is known: `core.shell` becomes `core-shell`; `@scope/name` and
 * `registry/path/name` stay. Undefined where it is none of these.
 */
export function dependencyName(written: string): string | undefined {
  if (dotted.test(written)) return isSkillName(nameOfId(written)) ? nameOfId(written) : undefined;
  if (scoped.test(written)) return written;
  const slash = written.indexOf('/');
  const named = slash > 0 && looksLikeRegistry(written.slice(0, slash)) && isRepositoryName(written.slice(slash + 1));
  return named ? written : undefined;
}

/** Whether `name` is what a person may call this skill in load, info and enable: its name, id or an alias. */
export function answersTo(
  manifest: { readonly name: string; readonly id?: string; readonly aliases: readonly string[] },
  name: string,
): boolean {
  return manifest.name === name || manifest.id === name || manifest.aliases.includes(name);
}
