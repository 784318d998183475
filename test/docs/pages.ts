import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');

/** A Markdown file of this project. */
export interface Page {
  /** Relative to the project, `/`-separated. */
  readonly path: string;
  readonly text: string;
}

/** Made by a build and not tracked; the words of others. */
const notices = 'THIRD_PARTY_NOTICES.md';

/** The pages that people read: those of the top folder and of docs/. */
export function readPages(): readonly Page[] {
  return [root, join(root, 'docs')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md') && name !== notices)
      .sort()
      .map((name) => readPage(relative(root, join(folder, name)).replaceAll('\\', '/'))),
  );
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** A page's text without its code: fenced blocks become empty lines, so that line numbers stay true. */
export function withoutCode(text: string): string {
  let fenced = false;
  return text
    .split('\n')
    .map((line) => {
      const fence = /^\s*```/.test(line);
      if (fence) fenced = !fenced;
      return fence || fenced ? '' : line.replace(/`[^`]*`/g, '');
    })
    .join('\n');
}

/** The anchors that GitHub gives to a page's headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const title = fenced ? undefined : /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (title !== undefined) anchors.add(unusedAnchor(slugOf(title), anchors));
  }
  return anchors;
}

/** Lower case, letters, digits, hyphens and underscores only, a hyphen for each space. */
function slugOf(title: string): string {
  return title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

function unusedAnchor(slug: string, used: ReadonlySet<string>): string {
  if (!used.has(slug)) return slug;
  for (let count = 1; ; count++) if (!used.has(`${slug}-${count}`)) return `${slug}-${count}`;
}
