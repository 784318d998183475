/** One command of a ```console block, and what the page says it prints. */
export interface ShownCommand {
  readonly command: string;
  /** Lines of output; `…` stands for any text, a line of it for any lines. */
  readonly output: readonly string[];
  readonly exit: number;
  /** Line in the page. */
  readonly line: number;
  /** A program besides the usual ones that must be there: the word after `console`. */
  readonly needs: string | undefined;
}

/** The commands (`$ …`) of all ```console blocks of a page, in order. */
export function readConsole(text: string): readonly ShownCommand[] {
  const commands: ShownCommand[] = [];
  let needs: string | undefined;
  let inside = false;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\S*)\s*(\S*)$/.exec(line);
    if (fence) {
      inside = !inside && fence[1] === 'console';
      needs = fence[2] || undefined;
    } else if (inside && line.startsWith('$ ')) {
      commands.push({ command: line.slice(2), output: [], exit: 0, line: index + 1, needs });
    } else if (inside) {
      const last = commands.pop();
      if (!last) throw new Error(`line ${index + 1}: output without a command`);
      commands.push(withLine(last, line));
    }
  }
  return commands;
}

function withLine(shown: ShownCommand, line: string): ShownCommand {
  const exit = /^\[exit (\d+)\]$/.exec(line)?.[1];
  return exit === undefined ? { ...shown, output: [...shown.output, line] } : { ...shown, exit: Number(exit) };
}

/** The first line that the page shows and the output does not have there, or the first that it has in excess. */
export function firstDifference(shown: readonly string[], printed: string): string | undefined {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  const rest = lines.filter((line) => line !== '');
  let gap = false;
  for (const line of shown.map((text) => text.trimEnd()).filter((text) => text !== '')) {
    if (line === '…') {
      gap = true;
      continue;
    }
    const pattern = patternOf(line);
    const at = gap ? rest.findIndex((text) => pattern.test(text)) : pattern.test(rest[0] ?? '') ? 0 : -1;
    if (at < 0) return `shown: ${line}\nprinted: ${rest[0] ?? '(no more)'}`;
    rest.splice(0, at + 1);
    gap = false;
  }
  return gap || rest.length === 0 ? undefined : `printed, and not shown: ${rest[0]}`;
}

/** Spaces that only align columns count as one. */
function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +'));
  return new RegExp(`^ *${parts.join('.*')}$`, 'u');
}
