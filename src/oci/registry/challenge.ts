/** One way to authenticate that a server offers (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const separator = /[\s,]*/y;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const equals = /\s*=\s*(?=["!#$%&'*+.^_`|~0-9A-Za-z-])/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
// `Negotiate YII=` carries a value and no parameters
const token68 = /[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;

/**
 * The challenges of a WWW-Authenticate header; commas stand between challenges and between their parameters alike, and
 * may stand inside quotes. What cannot be read ends the list.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const cursor = new Cursor(header);
  for (;;) {
    cursor.take(separator);
    const word = cursor.take(token)?.[0];
    if (word === undefined) return challenges;
    const current = challenges.at(-1);
    if (current && cursor.take(equals)) {
      const value = cursor.take(quoted)?.[1]?.replace(/\\(.)/g, '$1') ?? cursor.take(token)?.[0];
      if (value === undefined) return challenges;
      current.parameters.set(word.toLowerCase(), value);
    } else {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      cursor.take(token68);
    }
  }
}

class Cursor {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match) this.#position = pattern.lastIndex;
    return match ?? undefined;
  }
}
