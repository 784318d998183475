/**
 * What is never packed unless `.skillignore` takes it back with `!`: version control, installed things, and what editors
 * and systems drop. `.skill/` is a skill's own and never ignored by default.
 */
const defaultPatterns = [
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  '.skills',
  '/.skillignore',
  '.DS_Store',
  '._*',
  '.AppleDouble',
  'Thumbs.db',
  'ehthumbs.db',
  '[Dd]esktop.ini',
  '*~',
  '.*.sw[a-p]',
  '.#*',
  '#*#',
  '.idea',
  '.vscode',
  '__pycache__',
  '*.py[co]',
];

interface IgnoreRule {
  readonly pattern: RegExp;
  readonly foldersOnly: boolean;
  readonly keep: boolean;
}

/** Whether a path is left out. Ask for a folder before what is in it: below an ignored one nothing is asked. */
export type IgnoreFilter = (path: string, isFolder: boolean) => boolean;

/** @param text a `.skillignore`, written as a `.gitignore` is (gitignore(5), "PATTERN FORMAT"). */
export function createIgnoreFilter(text = ''): IgnoreFilter {
  const lines = [...defaultPatterns.map((line) => line.replace(/^#/, '\\#')), ...text.split(/\r?\n/)];
  const rules = lines.flatMap((line) => parseRule(line) ?? []);
  return (path, isFolder) => {
    const last = rules.findLast((rule) => (isFolder || !rule.foldersOnly) && rule.pattern.test(path));
    return last !== undefined && !last.keep;
  };
}

function parseRule(line: string): IgnoreRule | undefined {
  const trimmed = withoutTrailingSpace(line.replace(/^\ufeff/, ''));
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const keep = trimmed.startsWith('!');
  const body = keep ? trimmed.slice(1) : trimmed;
  const glob = body.replace(/\/$/, '');
  if (glob === '') return undefined;
  const anchored = glob.includes('/');
  const source = translateGlob(glob.replace(/^\//, '').normalize('NFC'));
  return { pattern: compile(`^${anchored ? '' : '(?:.*/)?'}${source}$`), foldersOnly: body.endsWith('/'), keep };
}

/** A space after a backslash belongs to the pattern. */
function withoutTrailingSpace(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed.endsWith('\\') ? line.slice(0, trimmed.length + 1) : trimmed;
}

/** A pattern that is no valid expression (a range backwards) matches nothing. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return /(?!)/;
  }
}

const tokens = /^\*\*\/|\/\*\*$|\/\*\*(?=\/)|\\.|\[[!^]?\]?[^\]]*\]|\*+|\?|./su;

function translateGlob(glob: string): string {
  let source = '';
  for (let rest = glob; rest !== ''; ) {
    // `^` of the first alternative means the start of the pattern, not of what is left of it.
    const atStart = rest === glob;
    const token = (!atStart && rest.startsWith('**/') ? '**' : tokens.exec(rest)?.[0]) ?? rest;
    source += token === '/**' && rest === token ? '/.+' : translateToken(token);
    rest = rest.slice(token.length);
  }
  return source;
}

function translateToken(token: string): string {
  if (token === '**/') return '(?:.*/)?';
  if (token === '/**') return '(?:/.*)?';
  if (token.startsWith('*')) return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.length > 2 && token.startsWith('[')) return translateClass(token);
  return escapeLiteral(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
}

function translateClass(token: string): string {
  const negated = token[1] === '!' || token[1] === '^';
  const body = token.slice(negated ? 2 : 1, -1).replace(/[\\\][]/g, '\\$&');
  return negated ? `[^/${body}]` : `[${body}]`;
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
