import { isDigest } from '../../core/index.ts';
import { invalidSpec } from './invalid.ts';
import type { GitSpec } from './spec.ts';

const gitSchemes = /^(?:git\+(?:https?|ssh|file|git)|git|ssh):\/\//;
// `user@host:path`, as scp and git write it. `pdf@sha256:…` has the same form and is a name with a digest.
const scpPattern = /^[\w.-]+@(?!sha(?:256|512):)[\w.-]+:(?!\/\/)[^\s#]*(?:\/|\.git)/;
const ownerPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;
const repositoryPattern = /^(?!\.{1,2}$)[\w.-]+$/;

export function isGitSpec(text: string): boolean {
  return gitSchemes.test(text) || scpPattern.test(text);
}

/** `git+https://…`, `ssh://…`, `git://…` and `git@host:owner/repo.git`, each with an optional `#ref:path`. */
export function readGitSpec(text: string): GitSpec {
  const { base, ...place } = splitFragment(text);
  const url = base.replace(/^git\+/, '');
  refuseCredentials(text, url);
  return gitSpec(text, url, place);
}

/**
 * `owner/repo[/path][@ref]`, with an optional `github:` or `gitlab:` before it.
 *
 * The `@` of the ref is the last one that begins no segment, so that `owner/repo/@acme/pdf` is a path.
 */
export function readShorthand(text: string): GitSpec {
  const { host, rest } = splitHost(text);
  const { base, ref: fragmentRef, path: fragmentPath } = splitFragment(rest);
  const [, name = base, typedRef] = /^(.*[^/@])@([^@]+)$/.exec(base) ?? [];
  const ref = typedRef ?? fragmentRef;
  checkShorthandRef(text, name, ref);
  const [owner = '', repository = '', ...folders] = name.replace(/(?<!\/)\/+$/, '').split('/');
  checkOwner(text, owner, repository);
  const path = folders.length > 0 ? folders.join('/') : fragmentPath;
  return gitSpec(text, `https://${host}/${owner}/${repository.replace(/\.git$/, '')}.git`, {
    ...(ref === undefined ? {} : { ref }),
    ...(path === undefined ? {} : { path }),
  });
}

/** A GitSpec in its one normal form, so that the same folder always has the same text. */
export function gitSpec(text: string, url: string, place: { ref?: string; path?: string }): GitSpec {
  const path = place.path === undefined ? '' : cleanFolder(text, place.path);
  const { ref } = place;
  if (ref !== undefined && !/^(?![-./])[^\s~^:?*[\\]+$/.test(ref)) {
    throw invalidSpec(text, `"${ref}" is not a branch, tag or commit of git`);
  }
  const [, shorthand] = /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?$/.exec(url.replace(/(?<!\/)\/+$/, '')) ?? [];
  return {
    kind: 'git',
    url: shorthand ? `https://github.com/${shorthand}.git` : url,
    ...(ref === undefined ? {} : { ref }),
    ...(path === '' ? {} : { path }),
    ...(shorthand === undefined ? {} : { shorthand }),
  };
}

/** Splits `…#ref:path`; git allows no ':' in a ref, so that the first one ends it. */
export function splitFragment(text: string): { base: string; ref?: string; path?: string } {
  const hash = text.indexOf('#');
  if (hash < 0) return { base: text };
  const fragment = text.slice(hash + 1);
  const colon = fragment.indexOf(':');
  const ref = colon < 0 ? fragment : fragment.slice(0, colon);
  const path = colon < 0 ? '' : fragment.slice(colon + 1);
  return { base: text.slice(0, hash), ...(ref === '' ? {} : { ref }), ...(path === '' ? {} : { path }) };
}

/** A URL is kept in skills.json and the lock: nothing secret may stand in it. */
export function refuseCredentials(text: string, url: string): void {
  const [, scheme = '', user = ''] = /^([a-z]+):\/\/([^/@]*)@/.exec(url) ?? [];
  if (user === '' || (!scheme.startsWith('http') && !user.includes(':'))) return;
  throw invalidSpec(
    text.replace(`${user}@`, '***@'),
    'it has credentials in it, and would be written into skills.json',
    "leave them out: git's credential helper, or the docker configuration for registries, gives them",
  );
}

function splitHost(text: string): { host: string; rest: string } {
  const [, host = 'github', rest = text] = /^(github|gitlab):(.*)$/.exec(text) ?? [];
  return { host: `${host}.com`, rest };
}

function checkShorthandRef(text: string, name: string, ref: string | undefined): void {
  const tagged = /^[^/]+\/.*:([^/]+)$/.exec(name);
  if (tagged === null && !(ref !== undefined && (isDigest(ref) || /^sha(?:256|512):/.test(ref)))) return;
  const repository = tagged === null ? name : name.slice(0, name.lastIndexOf(':'));
  throw invalidSpec(
    text,
    `it was read as the git repository ${repository}, which has no ${tagged === null ? 'digests' : '":tag"'}`,
    `for git write ${repository}@ref; for a registry put its host first: registry.example.com/${text}`,
  );
}

function checkOwner(text: string, owner: string, repository: string): void {
  if (ownerPattern.test(owner) && repositoryPattern.test(repository)) return;
  throw invalidSpec(
    text,
    'it was read as owner/repo, a git repository, and is not well formed',
    'for a folder write ./ before it; a registry has a dot or a port in its first segment',
  );
}

function cleanFolder(text: string, path: string): string {
  const folders = path.split('/').filter((part) => part !== '' && part !== '.');
  if (folders.includes('..') || path.includes('\\')) {
    throw invalidSpec(text, `"${path}" is not a folder inside the repository`, 'write it without ".." and "\\"');
  }
  return folders.join('/');
}

/** The text of a git spec: `owner/repo/path@ref` where that reads back as the same, else the URL with `#ref:path`. */
export function formatGit({ url, ref, path, shorthand }: GitSpec): string {
  if (shorthand && !`${path ?? ''}${ref ?? ''}`.match(/[@#]/) && !ref?.startsWith('sha')) {
    return `${shorthand}${path === undefined ? '' : `/${path}`}${ref === undefined ? '' : `@${ref}`}`;
  }
  const fragment = path === undefined ? (ref ?? '') : `${ref ?? ''}:${path}`;
  const scheme = /^(?:https?|file):/.test(url) ? 'git+' : '';
  return `${scheme}${url}${fragment === '' ? '' : `#${fragment}`}`;
}
