import { isDigest, isRepositoryName, isTag, looksLikeRegistry } from '../../core/index.ts';
import { invalidSpec } from './invalid.ts';
import { checkSkill } from './name.ts';
import type { FileSpec, FolderSpec, LayoutSpec } from './spec.ts';

const packagePattern = /\.(?:spm|tgz|tar\.gz|zip)$/i;
const layoutPrefix = 'oci-layout:';

/** Whether a path or URL names a package file, by its ending. */
export function isPackagePath(path: string): boolean {
  return packagePattern.test(path);
}

/** Whether the text is a path and nothing else: it begins with `.`, `/`, `~`, a drive or a UNC share. */
export function looksLikePath(text: string): boolean {
  return /^(?:\.{1,2}$|~$|\.{0,2}[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(text);
}

/** A folder, or a package file where the ending says so. One trailing slash more or less is the same path. */
export function readPath(path: string): FolderSpec | FileSpec {
  const trimmed = /^(?:[A-Za-z]:)?[\\/]+$/.test(path) ? path : path.replace(/(?<![\\/])[\\/]+$/, '');
  return isPackagePath(trimmed) ? { kind: 'file', path: trimmed } : { kind: 'folder', path: trimmed };
}

/** `file:./x` and `file:///x`, as npm writes them. */
export function readFileUrl(text: string): FolderSpec | FileSpec {
  const rest = text.slice('file:'.length);
  if (!rest.startsWith('//')) return readPath(looksLikePath(rest) ? rest : `./${rest}`);
  if (!rest.startsWith('///')) {
    throw invalidSpec(text, 'it was read as a file address, and it names a host', 'write file:///folder or ./folder');
  }
  const path = decodePath(text, rest.slice(2));
  return readPath(/^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path);
}

function decodePath(text: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw invalidSpec(text, 'it has a broken "%" sequence', 'write the folder itself: ./folder', cause);
  }
}

export function isLayoutSpec(text: string): boolean {
  return text.startsWith(layoutPrefix);
}

/**
 * `oci-layout:<folder or tar>[:registry/repository][:tag][@digest][#skill]`; a digest wins over a tag, as it is what the tag must stand for. Without
 * either, a skill stands behind `:#`: `#` alone may be part of a folder's name.
 */
export function readLayoutSpec(text: string): LayoutSpec {
  const [, base = text, skill] = /^(.*(?::[\w.-]*|@sha\d+:[0-9a-f]+))#([^#\\/]*)$/.exec(text) ?? [];
  if (skill === undefined) return readLayout(text);
  checkSkill(text, skill);
  return { ...readLayout(base.replace(/:$/, '')), skill };
}

function readLayout(text: string): LayoutSpec {
  const { rest, digest } = splitDigest(text, text.slice(layoutPrefix.length));
  const named = splitRepository(rest);
  if (named) return { kind: 'layout', ...named, ...(digest === undefined ? {} : { key: digest }) };
  const colon = rest.lastIndexOf(':');
  // The colon of a drive (C:\dir) stands at 1 and a slash follows it.
  const tagged = colon > 1 && !/[\\/]/.test(rest.slice(colon));
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) {
    throw invalidSpec(text, `it was read as a layout folder, and "${tag}" is not a tag`, 'oci-layout:./folder:1.2.0');
  }
  const path = (tagged ? rest.slice(0, colon) : rest).replace(/(?<=[^\\/])[\\/]+$/, '');
  if (path === '') throw invalidSpec(text, 'it names no folder', 'write it as oci-layout:./folder:1.2.0');
  const key = digest ?? tag;
  return { kind: 'layout', path, ...(key === undefined ? {} : { key }) };
}

/** `<path>:<registry>/<repository>[:tag]`: what follows the first colon behind which a registry stands. */
function splitRepository(rest: string): Pick<LayoutSpec, 'path' | 'repository' | 'key'> | undefined {
  for (let colon = rest.indexOf(':', 2); colon > 0; colon = rest.indexOf(':', colon + 1)) {
    const [, registry = '', name = '', tag] = /^([^/]+)\/([^:]+)(?::([^:/]+))?$/.exec(rest.slice(colon + 1)) ?? [];
    if (!looksLikeRegistry(registry) || !isRepositoryName(name) || (tag !== undefined && !isTag(tag))) continue;
    return {
      path: rest.slice(0, colon),
      repository: `${registry}/${name}`,
      ...(tag === undefined ? {} : { key: tag }),
    };
  }
  return undefined;
}

function splitDigest(text: string, rest: string): { rest: string; digest?: string } {
  const match = /^(.*)@((?:sha256|sha512):[^\\/]*)$/.exec(rest);
  if (!match) return { rest };
  const [, path = '', digest = ''] = match;
  if (!isDigest(digest)) throw invalidSpec(text, `"${digest}" is not a digest`, 'sha256: and 64 lower-case hex digits');
  return { rest: path, digest };
}

/** The text of a layout spec. */
export function formatLayout({ path, repository, key, skill }: LayoutSpec): string {
  const place = repository === undefined ? path : `${path}:${repository}`;
  const bare = skill === undefined ? '' : ':';
  const end = key === undefined ? bare : `${isDigest(key) ? '@' : ':'}${key}`;
  return `${layoutPrefix}${place}${end}${formatSkill(skill)}`;
}

/** What is written behind a reference for one skill of an artifact. */
export function formatSkill(skill: string | undefined): string {
  return skill === undefined ? '' : `#${skill}`;
}
