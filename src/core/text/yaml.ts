import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { SkillsError } from '../errors.ts';
import type { Located, Position, TextOrigin } from './positions.ts';

/** Aliases that one may expand to: YAML bombs grow by them. */
const maxAliasCount = 100;

/**
 * Parses one YAML 1.2 document.
 *
 * @throws SkillsError ERR_FILE_INVALID with `data: {file, line, column}` for broken YAML, duplicate keys, or too many aliases.
 */
export function readYaml(text: string, { file, lineOffset = 0 }: TextOrigin): Located {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: line + lineOffset, column: col };
  };
  const [problem] = document.errors;
  if (problem) throw broken(file, place(problem.pos[0]), problem.message);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (cause) {
    throw new SkillsError('ERR_FILE_INVALID', `${file}: ${(cause as Error).message}`, {
      cause,
      data: { file, line: 1 + lineOffset, column: 1 },
    });
  }
  return {
    value,
    positionOf: (path) => startOf(document.contents, path, place),
    sourceOf: (path) => {
      const node = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
  };
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
