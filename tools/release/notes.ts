import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, holds, Wrong } from './check.ts';

/** The section of a version in CHANGELOG.md (`## 1.2.3 …` or `## [1.2.3] …`), without its heading. */
export function readNotes(changelog: string, version: string): string | undefined {
  const lines = changelog.split(/\r?\n/);
  const heading = (line: string) => /^## +\[?v?([^\]\s]+)\]?(?:\s|$)/.exec(line)?.[1];
  const start = lines.findIndex((line) => heading(line) === version);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

export const notesCheck: Check = {
  title: 'notes',
  run({ root, packageJson: { version } }) {
    const file = join(root, 'CHANGELOG.md');
    if (!existsSync(file)) throw new Wrong(['CHANGELOG.md is not there']);
    const notes = readNotes(readFileSync(file, 'utf8'), version);
    if (notes === undefined) throw new Wrong([`CHANGELOG.md has no section "## ${version}"`]);
    const lines = notes.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).length;
    return holds(
      `${lines} lines in CHANGELOG.md`,
      lines === 0 ? [`the section "## ${version}" of CHANGELOG.md is empty`] : [],
    );
  },
};
