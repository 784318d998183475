import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { SkillsError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Located, Position, TextOrigin } from './positions.ts';
import { findYamlAbuse } from './yaml-abuse.ts';

/** Aliases that one may expand to: YAML bombs grow by them. */
const maxAliasCount = 100;

/**
 * Parses one YAML 1.2 document.
 *
 * @throws SkillsError ERR_FILE_INVALID with `data: {file, line, column}` for broken YAML, duplicate keys, keys that are lists
 * or maps, and what would take a reader's time or memory: too large, too deep, too many aliases.
 */
export function readYaml(text: string, { file, lineOffset = 0 }: TextOrigin): Located {
  const lineCounter = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: line + lineOffset, column: col };
  };
  const top = { line: 1 + lineOffset, column: 1 };
  if (text.length > limits.yamlLength) {
    throw broken(file, top, `it has ${text.length} characters of YAML; ${limits.yamlLength} are accepted`);
  }
  const document = guarded(file, top, () => parse(text, lineCounter));
  const [problem] = document.errors;
  if (problem) throw broken(file, place(problem.pos[0]), reasonOf(problem.message));
  const abuse = findYamlAbuse(document.contents);
  if (abuse) throw broken(file, place(abuse.offset), abuse.message);
  const value: unknown = guarded(file, top, () => document.toJS({ maxAliasCount }));
  return {
    value,
    positionOf: (path) => startOf(document.contents, path, place),
    sourceOf: (path) => {
      const node = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

/** The library catches some of its own stack overflows. */
function reasonOf(message: string): string {
  return message.startsWith('Maximum call stack') ? 'it is nested too deeply' : message;
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  // The library compares each key of a map with all others: a second for 5,000 of them. findYamlAbuse does it in one pass.
  return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
}

/** Too deep a nesting ends the library's recursion by a RangeError; too many aliases by a ReferenceError. */
function guarded<T>(file: string, top: Position, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { line, column } = top;
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
    throw new SkillsError('ERR_FILE_INVALID', `${file}: ${reason}`, { cause, data: { file, line, column, reason } });
  }
}

function startOf(
  root: Node | null,
  path: readonly PropertyKey[],
  place: (offset: number) => Position,
): Position | undefined {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const key of path) {
    const next = childOf(node, key);
    if (!next) break;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset === undefined ? undefined : place(offset);
}

function childOf(node: unknown, key: PropertyKey): { node: unknown; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    );
    return pair && { node: pair.value, offset: (pair.key as Node).range?.[0] };
  }
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key] as Node | undefined;
    return item && { node: item, offset: item.range?.[0] };
  }
  return undefined;
}

function broken(file: string, { line, column }: Position, message: string): SkillsError {
  return new SkillsError('ERR_FILE_INVALID', `${file}:${line}:${column}: ${message}`, {
    data: { file, line, column, reason: message },
  });
}
