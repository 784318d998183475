/** How a JSON text is laid out, so that an edit changes only what it means to. */
export interface JsonStyle {
  readonly indent: string | number;
  readonly lineBreak: '\n' | '\r\n';
  readonly finalBreak: boolean;
  readonly byteOrderMark: boolean;
}

/** The layout of `text`; two spaces and a line feed at the end where it shows none. */
export function readStyle(text: string): JsonStyle {
  const [, indent = '  '] = /^[{[]\r?\n([ \t]+)/.exec(text.trimStart().replace(/^\uFEFF/, '')) ?? [];
  return {
    indent,
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    finalBreak: text === '' || text.slice(text.trimEnd().length).includes('\n'),
    byteOrderMark: text.startsWith('\uFEFF'),
  };
}

export function formatJson(value: unknown, { indent, lineBreak, finalBreak, byteOrderMark }: JsonStyle): string {
  const text = `${JSON.stringify(value, null, indent)}${finalBreak ? '\n' : ''}`;
  return `${byteOrderMark ? '\uFEFF' : ''}${lineBreak === '\n' ? text : text.replaceAll('\n', lineBreak)}`;
}
