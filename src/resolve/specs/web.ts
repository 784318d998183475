import { gitSpec, refuseCredentials, splitFragment } from './git.ts';
import { invalidSpec } from './invalid.ts';
import { isPackagePath } from './paths.ts';
import type { GitSpec, UrlSpec } from './spec.ts';

/** What a page of a git host stands for. */
interface GitPage {
  readonly repository: readonly string[];
  readonly ref?: string;
  readonly path?: string;
}

/**
 * An http(s) address: a package by its ending, or a repository or folder page of GitHub or GitLab, or any `….git`.
 *
 * In `/tree/<ref>/<path>` the ref is one segment: a branch with a slash is written `git+https://…#ref:path`.
 */
export function readWebSpec(text: string): UrlSpec | GitSpec {
  const url = parseUrl(text);
  refuseCredentials(text, text);
  if (isPackagePath(url.pathname)) return { kind: 'url', url: url.href };
  const { ref, path } = splitFragment(text);
  const segments = url.pathname.split('/').filter(Boolean);
  const page = readPage(url.hostname.replace(/^www\./, ''), segments);
  if (!page) {
    throw invalidSpec(
      text,
      'it was read as a web address, and it is neither a package (.spm, .tgz, .tar.gz, .zip) nor a known git page',
      `for a git repository write git+${text.split('#')[0]}; for a registry leave out ${url.protocol}//`,
    );
  }
  const address = `${url.protocol}//${url.host.replace(/^www\./, '')}/${page.repository.join('/')}`;
  return gitSpec(text, address.endsWith('.git') ? address : `${address}.git`, {
    ...placeOf(page),
    ...(ref === undefined ? {} : { ref }),
    ...(path === undefined ? {} : { path }),
  });
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw invalidSpec(text, 'it was read as a web address, and is not one', undefined, cause);
  }
}

function readPage(host: string, segments: readonly string[]): GitPage | undefined {
  if (segments.at(-1)?.endsWith('.git')) return { repository: segments };
  if (host === 'github.com') return readGitHub(segments);
  if (host === 'gitlab.com' || segments.includes('-')) return readGitLab(segments);
  return undefined;
}

function readGitHub([owner, repository, view, ref, ...path]: readonly string[]): GitPage | undefined {
  if (!owner || !repository) return undefined;
  if (view === undefined) return { repository: [owner, repository] };
  if (!['tree', 'blob'].includes(view) || ref === undefined) return undefined;
  return { repository: [owner, repository], ref, path: folderOf(view, path) };
}

function readGitLab(segments: readonly string[]): GitPage | undefined {
  const dash = segments.indexOf('-');
  const repository = dash < 0 ? segments : segments.slice(0, dash);
  if (repository.length < 2) return undefined;
  if (dash < 0) return { repository };
  const [view = '', ref, ...path] = segments.slice(dash + 1);
  if (!['tree', 'blob'].includes(view) || ref === undefined) return undefined;
  return { repository, ref, path: folderOf(view, path) };
}

/** A page of SKILL.md stands for its folder. */
function folderOf(view: string, path: readonly string[]): string {
  return (view === 'blob' ? path.slice(0, -1) : path).join('/');
}

function placeOf({ ref, path }: GitPage): { ref?: string; path?: string } {
  return { ...(ref === undefined ? {} : { ref }), ...(path ? { path } : {}) };
}
