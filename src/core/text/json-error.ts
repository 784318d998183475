const space = /[ \t\n\r]*/y;
// Everything from the space on, but for the quotation mark and the backslash.
const text = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const atom = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'next';

/**
 * Where a text stops being JSON (RFC 8259): the offset of the first token that cannot stand there.
 *
 * V8 leaves the position out of some of its messages ("Unexpected token"). Runs only on texts that are known to be broken.
 */
export function findJsonError(source: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skip(space, source, 0); at < source.length; at = skip(space, source, at)) {
    const character = source.charAt(at);
    const start = at;
    if (character === open.at(-1) && (expected === 'next' || expected.endsWith('or end'))) {
      open.pop();
      at++;
      expected = 'next';
    } else if (expected === 'next') {
      if (character !== ',' || open.length === 0) return start;
      at++;
      expected = open.at(-1) === '}' ? 'key' : 'value';
    } else if (expected === 'colon') {
      if (character !== ':') return start;
      at++;
      expected = 'value';
    } else if (expected.startsWith('key')) {
      at = skip(text, source, at);
      expected = 'colon';
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      at++;
      expected = character === '{' ? 'key or end' : 'value or end';
    } else {
      at = skip(character === '"' ? text : atom, source, at);
      expected = 'next';
    }
    if (at === start) return start;
  }
  return source.length;
}

/** The offset behind what `pattern` matches at `at`; `at` itself where it does not. */
function skip(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}
