import { plainText } from '../../core/index.ts';
import type { ProgressEvent } from '../../manager/index.ts';
import { formatSize } from './format.ts';
import { paint } from './style.ts';

/** A line at the bottom of the terminal that says what is going on; taken away at the end. */
export interface Progress extends Disposable {
  show(event: ProgressEvent): void;
}

/** Work shorter than this shows nothing. Milliseconds. */
const silence = 300;
/** Milliseconds between two pictures of the spinner. */
const beat = 80;
const pictures = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const clearLine = '\r\u001B[2K';

const verbs: Readonly<Record<ProgressEvent['phase'], string>> = {
  resolve: 'Resolving',
  fetch: 'Fetching',
  activate: 'Putting in place',
  pack: 'Packing',
  push: 'Pushing',
  copy: 'Copying',
};

/** Shows progress on a terminal; nothing elsewhere, nor in CI, where a line that moves is noise. */
export function showProgress(stream: NodeJS.WriteStream): Progress | undefined {
  if (!stream.isTTY || process.env.CI || process.env.TERM === 'dumb') return undefined;
  let latest: ProgressEvent | undefined;
  let turn = 0;
  const start = performance.now();
  const timer = setInterval(() => {
    if (!latest || performance.now() - start < silence) return;
    const picture = paint('cyan', pictures[turn++ % pictures.length] ?? '', stream);
    stream.write(`${clearLine}${picture} ${describeProgress(latest, (stream.columns ?? 80) - 3)}`);
  }, beat);
  timer.unref();
  return {
    show: (event) => {
      latest = event;
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      if (turn > 0) stream.write(clearLine);
    },
  };
}

/** `Fetching pdf 3/12 1.2 MB`, cut to `width` characters. */
export function describeProgress(event: ProgressEvent, width: number): string {
  const words = [verbs[event.phase]];
  if (event.name) words.push(event.name);
  if (event.total) words.push(`${event.done ?? 0}/${event.total}`);
  if (event.bytes) words.push(formatSize(event.bytes));
  const text = plainText(words.join(' '));
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
