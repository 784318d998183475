// `npm run bench`: measures whole processes against a floor in the same run and writes the table of docs/BENCHMARKS.md.
// `npm run bench -- --only start,search` measures some rows and writes nothing.
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { prepareGround, project } from './ground.ts';
import { measurePeers, type PeerTable } from './peers/index.ts';
import type { Row } from './row.types.ts';
import { rows } from './rows.ts';
import { searchRow } from './search-row.ts';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1]?.split(',') : undefined;
const measured: Row[] = [];
const [busyBefore = 0] = loadavg();
await using ground = await prepareGround();
for (const { id, measure } of [...rows, searchRow]) {
  if (only && !only.some((name) => id.startsWith(name))) continue;
  process.stderr.write(`${id} …\n`);
  for (const row of await measure(ground)) {
    measured.push(row);
    process.stdout.write(`${line(row)}\n`);
  }
}
const peers = await measurePeers((id) => !only || only.some((name) => id.startsWith(name)));
if (!only) writeFileSync(join(project, 'docs/BENCHMARKS.md'), page(measured, peers));
else process.stdout.write(peers.notes.map((note) => `${note}\n`).join(''));

function line({ what, ours, floor, ratio, goal }: Row): string {
  const verdict = (ratio ?? ours) <= goal ? 'met' : '**missed**';
  const [most, beside, times] =
    floor === undefined || ratio === undefined
      ? [`${goal} ms`, '', '']
      : [goal.toFixed(1), `${floor.toFixed(1)} ms`, ratio.toFixed(2)];
  return `| ${what} | ${ours.toFixed(1)} ms | ${beside} | ${times} | ${most} | ${verdict} |`;
}

function page(table: readonly Row[], peers: PeerTable): string {
  const [cpu] = cpus();
  const notes = [
    ...table.flatMap(({ what, note }) => (note ? [`- ${what}: ${note}`] : [])),
    ...peers.notes.map((note) => `- ${note}`),
  ];
  return `# Benchmarks

Written by \`npm run bench\`. Each row times whole processes, ours and a floor in turn, so that a slow minute falls on
both: medians of the times, and the median of the ratios, which is the fact; milliseconds depend on the machine. The
first round of each pair is not counted (compile cache and page cache warm). The floors are in \`tools/bench/floors/\`.

Measured on ${platform()}-${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.versions.node}.
Load of the machine (1 minute): ${busyBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after; over ${cpus().length} somebody else was at work, and
the ratios of short commands come out higher.

| what / floor | ours | floor | ratio | at most | |
| --- | --- | --- | --- | --- | --- |
${table.map(line).join('\n')}

## Beside other clients

Whole processes in turn on the same registry, medians; the ratio is the median of each round's.

${peers.lines.join('\n')}
${notes.length ? `\n## Notes\n\n${notes.join('\n')}\n` : ''}`;
}
