/** The parts of a SKILL.md. Offsets in UTF-16 code units. */
export interface Frontmatter {
  readonly yaml: string;
  /** Where the YAML begins in the text. */
  readonly start: number;
  /** Everything below the closing line. */
  readonly body: string;
}

const opening = /^\uFEFF?---[ \t]*\r?\n/;
const closing = /^---[ \t]*$/m;

/** Splits a SKILL.md; undefined where it does not begin with `---`, or the frontmatter is not closed. */
export function splitFrontmatter(text: string): Frontmatter | undefined {
  const start = opening.exec(text)?.[0].length;
  if (start === undefined) return undefined;
  const rest = text.slice(start);
  // a CRLF file: `$` does not match before \r
  const end = closing.exec(rest.replaceAll('\r', ' '));
  if (!end) return undefined;
  return { yaml: rest.slice(0, end.index), start, body: rest.slice(end.index + end[0].length).replace(/^\r?\n/, '') };
}

/** The instructions of a SKILL.md: its text without frontmatter and the empty lines above them. */
export function bodyOf(skillMd: string): string {
  const body = splitFrontmatter(skillMd)?.body ?? skillMd.replace(/^\uFEFF/, '');
  return body.replace(/^(?:[ \t]*\r?\n)+/, '');
}
