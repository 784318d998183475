// Control characters (C0 but tab and line feed, DEL, C1), the marks that turn the direction of text (CVE-2021-42574), line
// and paragraph separators, and tag characters: none of them shows as what it is, some steer a terminal.
const unseen = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const escapeSign = '\u001b';
const colourPattern = new RegExp(`${escapeSign}\\[(?:1|2|22|31|32|33|36|39)m`, 'g');

/**
 * Text from outside as it may be written to a terminal: what could steer it is shown as a sign (`␛` for ESC) and does
 * nothing. Line breaks and tabs stay.
 *
 * @param keepColours leaves our own colours and weights in: SGR sequences that can neither hide nor move anything.
 */
export function plainText(text: string, { keepColours = false }: { keepColours?: boolean } = {}): string {
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (!keepColours || !lines.includes(escapeSign)) return lines.replace(unseen, visible);
  const colours = lines.match(colourPattern) ?? [];
  return lines
    .split(colourPattern)
    .map((part, index) => part.replace(unseen, visible) + (colours[index] ?? ''))
    .join('');
}

/** JSON text with all such characters as `\u` escapes: the same value, safe to look at. */
export function escapeControls(json: string): string {
  return json.replace(unseen, (sign) =>
    [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** The control pictures of Unicode for C0 and DEL, the replacement character for the rest. */
function visible(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
