import { isSkillsError, type Located, readYaml, type TextOrigin } from '../../core/index.ts';

/** A value that was read as if it stood in quotes. Offset in the YAML text. */
export interface QuotedValue {
  readonly key: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export interface LenientYaml {
  readonly located: Located;
  readonly quoted: readonly QuotedValue[];
}

/** Characters. Guessing what was meant costs more than reading; no frontmatter that people write is as long. */
const longestLenient = 64 * 1024;

const entry = /^([A-Za-z_][\w-]*)(:[ \t]+)(\S.*)$/;
const readable: readonly ((value: string) => boolean)[] = [
  // a colon or a comment sign inside a plain value: what people write in descriptions
  (value) => /^[^"'[{|>&*!#@`%]/.test(value) && /:(?:\s|$)|\s#/.test(value),
  // values that begin with a sign of YAML's own, such as `[file] [options]`, or end outside their quotes
  (value) => /^["'[{&*!@`%]/.test(value) && !/^(["']).*\1$/.test(value),
];

/**
 * Reads YAML as agents do: where it is broken, values of top-level keys are put in quotes, first those with an unquoted
 * colon, then all that begin with a sign of YAML's own.
 *
 * @throws SkillsError ERR_FILE_INVALID where that does not help: the error of the text as it is.
 */
export function readLenientYaml(yaml: string, origin: TextOrigin): LenientYaml {
  try {
    return { located: readYaml(yaml, origin), quoted: [] };
  } catch (error) {
    if (!isSkillsError(error) || yaml.length > longestLenient) throw error;
    for (const mayQuote of readable) {
      const attempt = tryQuoting(yaml, origin, mayQuote);
      if (attempt) return attempt;
    }
    throw error;
  }
}

function tryQuoting(yaml: string, origin: TextOrigin, mayQuote: (value: string) => boolean): LenientYaml | undefined {
  const quoted = findValues(yaml).filter(({ value }) => mayQuote(value));
  if (quoted.length === 0) return undefined;
  let text = yaml;
  for (const { start, end, replacement, breaks } of quoted.toReversed()) {
    // the lines that a value took stay, so that everything below keeps its place
    text = text.slice(0, start) + replacement + '\n'.repeat(breaks) + text.slice(end);
  }
  try {
    return { located: readYaml(text, origin), quoted };
  } catch (error) {
    if (isSkillsError(error)) return undefined;
    throw error;
  }
}

interface FoundValue extends QuotedValue {
  readonly value: string;
  readonly breaks: number;
}

/** Plain values of top-level keys, with the indented lines that continue them. */
function findValues(yaml: string): FoundValue[] {
  const found: FoundValue[] = [];
  const lines = yaml.split('\n');
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const match = entry.exec(line.trimEnd());
    if (match) found.push(valueAt(lines, index, offset, match));
    offset += line.length + 1;
  }
  return found;
}

function valueAt(lines: readonly string[], index: number, offset: number, match: RegExpExecArray): FoundValue {
  const [, key = '', separator = '', first = ''] = match;
  const start = offset + key.length + separator.length;
  const parts = [first];
  let end = start + first.length;
  let below = offset + (lines[index]?.length ?? 0) + 1;
  for (const line of lines.slice(index + 1)) {
    if (!/^ +\S/.test(line)) break;
    parts.push(line.trim());
    end = below + line.trimEnd().length;
    below += line.length + 1;
  }
  const value = parts.join(' ');
  return { key, line: index + 1, start, end, replacement: JSON.stringify(value), value, breaks: parts.length - 1 };
}
