import { escapeControls, plainText } from '../../core/index.ts';
import { hasColours } from './style.ts';

// All that this command line prints passes here. Names, descriptions and messages come from registries and packages of
// anybody: a control character in one could move the cursor, retitle the window or hide a line (CWE-150).

/** Text for people, with nothing in it that could steer their terminal; our own colours stay where they are shown. */
export function writeText(stream: NodeJS.WriteStream, text: string): void {
  writeLine(stream, plainText(text, { keepColours: hasColours(stream) }));
}

/** A document for programs, which people look at too: control characters are escaped. */
export function writeJson(stream: NodeJS.WriteStream, document: unknown): void {
  writeLine(stream, escapeControls(JSON.stringify(document, null, 2)));
}

/** Text as it is. Only for what is known to be harmless, or not for a terminal. */
export function writeLine(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** A value in one line, so that it cannot pass for the lines below it; our own colours stay. */
export function cellText(value: string): string {
  return /[^\S ]| {2}/.test(value) ? value.replace(/\s+/g, ' ').trim() : value;
}
