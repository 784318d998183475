import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { limits, SkillsError } from '../../core/index.ts';
import { findPathProblem, PathBook, sortByPath } from '../paths.ts';
import { quotePath } from '../refusals.ts';
import type { FolderFile } from './folder.types.ts';
import type { IgnoreFilter } from './ignore.ts';

/**
 * The files below `root` (a real path), sorted by their NFC paths.
 *
 * A link to a file inside the folder counts as that file. Refused, because no archive could hold them everywhere: other
 * links, sockets and devices, and paths that another machine could not write.
 *
 * @throws SkillsError ERR_SKILL_INVALID with `data: {reason, path}`.
 */
export function walkFolder(root: string, ignored: IgnoreFilter | undefined): FolderFile[] {
  const walk: Walk = { root, ignored, book: new PathBook(), files: [] };
  walkInto(walk, root, '');
  return sortByPath(walk.files);
}

interface Walk {
  readonly root: string;
  readonly ignored: IgnoreFilter | undefined;
  readonly book: PathBook;
  readonly files: FolderFile[];
}

function walkInto(walk: Walk, folder: string, prefix: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const raw = prefix + entry.name;
    const path = raw.normalize('NFC');
    if (walk.ignored?.(path, entry.isDirectory())) continue;
    checkPath(walk.book, path, raw, entry);
    const source = join(folder, entry.name);
    if (entry.isDirectory()) walkInto(walk, source, `${raw}/`);
    else addFile(walk, path, source, entry);
  }
}

function checkPath(book: PathBook, path: string, raw: string, entry: Dirent): void {
  const problem = findPathProblem(path);
  if (problem) throw refused(problem.reason, path, problem.text, 'rename it');
  // Folders without files are not packed: they enter the book with their first file.
  const clash = entry.isDirectory() ? undefined : book.add(path, 'file', raw);
  if (clash) {
    const text = `and ${quotePath(clash.other)} are one file where names have no case or another Unicode form`;
    throw refused(clash.reason, path, text, 'rename one of them');
  }
}

function addFile(walk: Walk, path: string, source: string, entry: Dirent): void {
  const linked = entry.isSymbolicLink() ? followLink(walk.root, path, source) : source;
  const stats = lstatSync(linked);
  if (!stats.isFile()) {
    const link = linked !== source;
    throw refused(link ? 'link-folder' : 'device', path, link ? 'is a link to no file' : 'is no file or folder');
  }
  if (walk.files.length >= limits.archiveEntries) {
    throw refused('too-many-entries', path, `is one file more than the ${limits.archiveEntries} that a skill may have`);
  }
  walk.files.push({ path, size: stats.size, executable: isExecutable(stats), source: linked });
}

function followLink(root: string, path: string, source: string): string {
  let target: string;
  try {
    target = realpathSync.native(source);
  } catch (cause) {
    throw refused('link-dangling', path, 'is a link that leads nowhere', 'remove the link', cause);
  }
  if (!target.startsWith(root + sep)) {
    throw refused('link-escape', path, 'is a link that leads out of the skill', 'put a copy of the file in its place');
  }
  if (statSync(target).isDirectory()) {
    throw refused('link-folder', path, 'is a link to a folder', 'put a copy of the folder in its place');
  }
  return target;
}

/** Any of the three exec bits, as git and other packers read them. Windows has none: see `executablesInGit`. */
function isExecutable(stats: Pick<Stats, 'mode'>): boolean {
  return (stats.mode & 0o111) !== 0;
}

function refused(reason: string, path: string, text: string, hint?: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_SKILL_INVALID', `The folder cannot be packed: ${quotePath(path)} ${text}`, {
    hint: hint && `${hint}, or leave it out with a line in .skillignore`,
    cause,
    data: { reason, path },
  });
}
