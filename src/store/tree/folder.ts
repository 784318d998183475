import { type Digest, digestHex, isSkillName, SkillsError } from '../../core/index.ts';
import type { TreeKey } from './types.ts';

// Exact semver and what sources without one use. No separator, no leading dot, and no "~", which marks the suffix.
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,199}$/;

/** The scope as it stands in paths: with its `@`. */
export function scopeFolder(scope: string | undefined): string | undefined {
  return scope === undefined || scope === '' ? undefined : `@${scope.replace(/^@/, '')}`;
}

/**
 * The folder of a tree, relative to the home: `<name>/<version>` or `@scope/name/<version>`.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID for names that would leave it.
 */
export function treeFolder(key: TreeKey): string {
  const scope = scopeFolder(key.scope);
  if (!isSkillName(key.name)) throw invalid(`"${key.name}" is not a skill's name`);
  if (scope !== undefined && !isScope(scope)) throw invalid(`"${scope}" is not a scope`);
  if (!versionPattern.test(key.version)) throw invalid(`"${key.version}" cannot be a version`);
  return [scope, key.name, key.version].filter((part) => part !== undefined).join('/');
}

/** Where a second content of the same version lies. A version never has a `~`, so this is nobody else's. */
export function suffixedFolder(folder: string, contentDigest: Digest): string {
  return `${folder}~${digestHex(contentDigest).slice(0, 12)}`;
}

function isScope(scope: string): boolean {
  return /^@[a-z0-9][a-z0-9._-]{0,99}$/.test(scope) && !scope.includes('..');
}

function invalid(message: string): SkillsError {
  return new SkillsError('ERR_REFERENCE_INVALID', message, {
    hint: 'a name has lower-case letters, digits and single hyphens; a version is like 1.2.0',
  });
}
