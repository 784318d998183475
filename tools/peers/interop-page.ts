import type { Peer } from '../../test/peers/setup/index.ts';
import type { Cell, Note } from '../../test/peers/support/peers.ts';

type Outcome = Cell & { readonly passed: boolean };

/** docs/INTEROP.md. */
export function interopPage(peers: readonly Peer[], notes: readonly Note[]): string {
  const outcomes = notes.flatMap((line) => (line.kind === 'interop' ? [{ ...line.cell, passed: line.passed }] : []));
  return `# Who reads what others write

Written by \`npm run test:peers -- --write\`: real programs, each a process of its own, through real registries on
loopback. A cell names the registries through which one program took what another wrote, byte for byte (names, contents,
and exec bits where the form keeps them): zot, distribution 3, and ours, \`skills registry serve\`. **✗** marks one through
which it failed; an empty cell is something that the program has no command for, or that was not tried.

## What \`skills\` writes

${matrix(
  outcomes.filter(({ writer }) => writer === 'skills'),
  'reader',
)}

## What \`skills\` reads

${matrix(
  outcomes.filter(({ reader }) => reader === 'skills'),
  'writer',
)}

zot takes no manifest whose artifactType is not a media type, and so nothing that ToolHive packs.

## The client's contract

The same tests on each registry: blobs whole and in chunks, ranges, mounts, tags, referrers (by the registry's own list, or
by the tag of the specification), deletion, copies with referrers, errors and authorisation.

${contracts(notes)}

## The programs

| program | version | from |
| --- | --- | --- |
${peers.map(programRow).join('\n')}
`;
}

/** What was written, down; the other program, across. */
function matrix(outcomes: readonly Outcome[], other: 'reader' | 'writer'): string {
  const whats = unique(outcomes.map(({ what }) => what)).sort();
  const others = unique(outcomes.map((outcome) => outcome[other]));
  const rows = whats.map((what) => {
    const cells = others.map((name) =>
      cellOf(outcomes.filter((outcome) => outcome.what === what && outcome[other] === name)),
    );
    return `| ${[what, ...cells].join(' | ')} |`;
  });
  return [`| ${['', ...others].join(' | ')} |`, `|${' --- |'.repeat(others.length + 1)}`, ...rows].join('\n');
}

function cellOf(outcomes: readonly Outcome[]): string {
  return outcomes.map(({ through, passed }) => (passed ? shorten(through) : `**✗ ${shorten(through)}**`)).join(', ');
}

/** `distribution 3` → `distribution`, ours → `ours`. */
function shorten(registry: string): string {
  return registry.startsWith('skills ') ? 'ours' : registry.replace(/ .*$/, '');
}

function contracts(notes: readonly Note[]): string {
  const results = notes.flatMap((line) => (line.kind === 'contract' ? [line] : []));
  const settings = unique(results.map(({ registry, setting }) => `${registry} | ${setting}`));
  const rows = settings.map((key) => {
    const these = results.filter(({ registry, setting }) => `${registry} | ${setting}` === key);
    const failed = these.filter(({ passed }) => !passed).length;
    return `| ${key} | ${these.length - failed} | ${failed} |`;
  });
  return ['| registry | set up with | passed | failed |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function programRow({ name, version, what, program, from, seconds }: Peer): string {
  const where = program === undefined ? 'absent' : from === 'PATH' ? 'the machine' : `built in ${seconds} s`;
  return `| \`${name}\`: ${what} | ${version} | ${where} |`;
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
