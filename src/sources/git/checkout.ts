import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { type GitOptions, runGit } from './command.ts';

/** A repository at one commit, without its blobs; folders are brought in when they are asked for. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Committer time, seconds since 1970. */
  readonly time: number;
  /** Every regular file of the commit: links and submodules are none. */
  readonly paths: readonly string[];
  /** Brings in what matches these gitignore-style patterns, beside what was brought before. */
  bring(patterns: readonly string[]): Promise<void>;
}

/**
 * Fetches one commit: depth 1, and without blobs where the server can (partial clone), so that the history and the rest
 * of a large repository stay where they are.
 */
export async function checkOut(
  url: string,
  ref: string | undefined,
  context: Omit<GitOptions, 'cwd'>,
): Promise<Checkout> {
  for (const value of [url, ref ?? '']) refuseOption(value);
  const root = mkdtempSync(join(tmpdir(), 'skills-git-'));
  const git = (...args: string[]) => runGit(args, { ...context, cwd: root });
  const dispose = async () => rmSync(root, { recursive: true, force: true });
  try {
    await git('init', '--quiet', '--template=');
    keepBytes(root);
    await git('remote', 'add', 'origin', url);
    await git('config', 'remote.origin.promisor', 'true');
    await git('config', 'remote.origin.partialclonefilter', 'blob:none');
    await git('fetch', '--quiet', '--depth=1', '--no-tags', '--filter=blob:none', 'origin', ref ?? 'HEAD');
    const [commit = '', time = '0'] = (await git('show', '--no-patch', '--format=%H %ct', 'FETCH_HEAD'))
      .trim()
      .split(' ');
    if (ref && versionTag.test(ref)) await git('update-ref', `refs/tags/${ref}`, commit);
    const paths = regularFiles(await git('ls-tree', '-r', '-z', commit));
    const bring = bringer(commit, git);
    return { root, commit, time: Number(time), paths, bring, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A tag that may be the version of a skill: kept, so that the skill is packed as that version. */
const versionTag = /(?:^|\/)v\d/;

/**
 * Files are taken as they are committed. What `.gitattributes` would do to them (filters, which are programs; line ends;
 * encodings) is turned off where it cannot be overruled (gitattributes(5): "$GIT_DIR/info/attributes has the highest precedence").
 */
function keepBytes(root: string): void {
  mkdirSync(join(root, '.git/info'), { recursive: true });
  writeFileSync(join(root, '.git/info/attributes'), '* -filter -text -ident -working-tree-encoding\n');
}

/** git-ls-tree(1), Output Format: `<mode> SP <type> SP <object> TAB <file>`. */
function regularFiles(listing: string): readonly string[] {
  const lines = listing.split('\0').filter((line) => line.startsWith('100'));
  return lines.map((line) => line.slice(line.indexOf('\t') + 1));
}

/** One after the other, since git locks its index; several skills of one repository share a checkout. */
function bringer(commit: string, git: (...args: string[]) => Promise<string>): Checkout['bring'] {
  const brought = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  const step = async (patterns: readonly string[]) => {
    const before = brought.size;
    for (const pattern of patterns) brought.add(pattern);
    if (brought.size === before) return;
    await git('sparse-checkout', 'set', '--no-cone', ...brought);
    await git('checkout', '--quiet', '--force', '--detach', commit);
  };
  return (patterns) => {
    const next = last.then(() => step(patterns));
    last = next.catch(() => undefined);
    return next;
  };
}

/** A URL or ref that begins with a dash would be read by git as an option. */
function refuseOption(value: string): void {
  if (!value.startsWith('-')) return;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${value}" cannot be a git address or ref: it begins with "-"`);
}
