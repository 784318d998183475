import type { PeerTable } from './index.ts';

const title = '## Beside other clients';

/** The section of docs/BENCHMARKS.md, with what it needs to be understood by itself. */
export function peerSection({ lines, notes }: PeerTable, machine: string): string {
  const listed = notes.map((note) => `- ${note}`).join('\n');
  return `${title}

Written by \`npm run bench\`, or alone by \`npm run bench -- --peers\`. Whole processes in turn, medians of their times; the
ratio is the median of the ratios of each round. ${machine}

${lines.join('\n')}
${listed ? `\n${listed}\n` : ''}`;
}

/** The page with this section in place of the one that it has, or at its end. */
export function replacePeerSection(page: string, section: string): string {
  const [before = '', rest] = page.split(`${title}\n`);
  const after = rest === undefined ? '' : rest.slice(Math.max(0, rest.search(/^## |$(?![\s\S])/m)));
  return `${before.trimEnd()}\n\n${section.trimEnd()}\n${after ? `\n${after}` : ''}`;
}
