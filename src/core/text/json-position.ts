const token = /\s*(?:("(?:[^"\\]|\\.)*")|([{}[\],:])|([^\s{}[\],:"]+))/y;

/**
 * Where the value at `path` begins in a text that is known to be JSON: the offset of its key, of an item in a list, or of
 * the nearest parent that is there.
 *
 * A walk of our own, because positions of lock and project files are needed on the way of every command, where a YAML
 * parser would cost more than the command.
 */
export function findJsonPosition(source: string, path: readonly PropertyKey[]): number {
  const reader = new Tokens(source);
  return descend(reader, path.map(String));
}

function descend(reader: Tokens, path: readonly string[]): number {
  const start = reader.peek();
  const [key, ...rest] = path;
  if (key === undefined || (start.text !== '{' && start.text !== '[')) return start.offset;
  const isList = start.text === '[';
  reader.next();
  for (let index = 0; !isEnd(reader.peek().text); index++) {
    const item = reader.peek();
    const name = isList ? String(index) : (JSON.parse(reader.next().text) as string);
    if (!isList) reader.next(); // the colon
    if (name === key) return rest.length === 0 ? item.offset : within(reader, rest, item.offset);
    reader.skipValue();
    if (reader.peek().text === ',') reader.next();
  }
  return start.offset;
}

/** Of a value that is no container the key is what can be shown. */
function within(reader: Tokens, rest: readonly string[], keyOffset: number): number {
  const { text } = reader.peek();
  if (text !== '{' && text !== '[') return keyOffset;
  const { offset } = reader.peek();
  const found = descend(reader, rest);
  return found === offset ? keyOffset : found;
}

function isEnd(text: string): boolean {
  return text === '}' || text === ']' || text === '';
}

class Tokens {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  peek(): { text: string; offset: number } {
    token.lastIndex = this.#at;
    const match = token.exec(this.#source);
    const text = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
    return { text, offset: (match ? token.lastIndex : this.#source.length) - text.length };
  }

  next(): { text: string; offset: number } {
    const found = this.peek();
    this.#at = found.offset + found.text.length;
    return found;
  }

  skipValue(): void {
    let depth = 0;
    do {
      const { text } = this.next();
      if (text === '{' || text === '[') depth++;
      else if (text === '}' || text === ']') depth--;
      else if (text === '') return;
    } while (depth > 0);
  }
}
