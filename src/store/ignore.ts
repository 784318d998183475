import { join } from 'node:path';
import type { FileChange } from './journal/types.ts';
import { readTextIfThere } from './json-file.ts';

const heading = '# installed by skills: run "skills install" to have them';

/**
 * The change of a project's `.gitignore` that ignores these paths, for `--ignore`. Lines that are there are not added
 * again; undefined where nothing is missing.
 *
 * @param paths relative to the project, like `.agents/skills/pdf`.
 */
export function ignoreChange(project: string, paths: readonly string[]): FileChange | undefined {
  const path = join(project, '.gitignore');
  const text = readTextIfThere(path) ?? '';
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = [...new Set(paths.map((entry) => `/${entry}`))].filter((line) => !lines.has(line));
  if (missing.length === 0) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text === '' || text.endsWith('\n') ? text : text + newline;
  if (!lines.has(heading)) {
    const gap = start === '' ? '' : newline;
    return { path, content: start + gap + [heading, ...missing].join(newline) + newline };
  }
  // Under the heading that is there: one block, however often something is installed.
  const at = start.indexOf(heading) + heading.length + newline.length;
  return { path, content: start.slice(0, at) + missing.join(newline) + newline + start.slice(at) };
}

/** Whether the project's `.gitignore` has our block: somebody chose `--ignore`. */
export function isIgnoring(project: string): boolean {
  return (readTextIfThere(join(project, '.gitignore')) ?? '').includes(heading);
}
