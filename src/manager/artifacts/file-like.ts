import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { looksLikeRegistry, SkillsError } from '../../core/index.ts';

/**
 * Refuses what can only be meant as a file or folder and lacks its `oci-layout:`: as a name it would stand in the default registry, and
 * what is pushed there is published.
 *
 * Always refused are paths, names that end in .tar, and names of files and layouts that are there. Who writes must not use a dotted id
 * (`cloud.aws`) either: it may as well be a file that is to be made.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID
 */
export function refuseFileLike(text: string, cwd: string, writes: boolean): void {
  const typed = text.trim();
  if (/^(?:oci-layout|github|gitlab|file):|^[a-z][a-z0-9+.-]+:\/\/|^git@|^@/i.test(typed)) return;
  const path = typed.replace(/(?::[\w.-]*)?(?:@.*)?$/, '');
  if (path === '' || path === 'localhost') return;
  const isPath = /^(?:\.{1,2}$|~$|\.{0,2}[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(typed);
  const slash = typed.indexOf('/');
  if (!isPath && slash > 0 && looksLikeRegistry(typed.slice(0, slash))) return;
  if (isPath || slash > 0) throw noRegistry(text, path, cwd);
  if (!/\.tar$/i.test(path) && !(writes && path.includes('.')) && !isFileOrLayout(resolve(cwd, path))) return;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" looks like a file or folder, not like a skill's name`, {
    hint: `for the file or folder write ${layoutOf(typed, path)}; for a repository its whole name: registry.example.com/team/skill:1.0.0`,
  });
}

/** A folder of the name is often the skill itself (`skills push pdf pdf@1.0.0`); a layout is not. */
function isFileOrLayout(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true || (stat?.isDirectory() === true && existsSync(join(path, 'oci-layout')));
}

function noRegistry(text: string, path: string, cwd: string): SkillsError {
  const hint = existsSync(resolve(cwd, path, 'SKILL.md'))
    ? `that is a skill's folder; name the place where it goes: registry.example.com/team/skill:1.0.0`
    : `for a file or folder write ${layoutOf(text.trim(), path)}; for a repository its whole name: registry.example.com/team/skill:1.0.0`;
  return new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a reference: it does not begin with a registry`, {
    hint,
  });
}

/** Layouts are plain tars: a package's ending would be refused next. */
function layoutOf(typed: string, path: string): string {
  const plain = path.replace(/\.(?:spm|tgz|zip|tar\.[a-z0-9]+)$/i, '.tar');
  return `oci-layout:${plain}${typed.slice(path.length)}`;
}
