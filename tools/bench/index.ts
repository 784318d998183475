// `npm run bench`: measures whole processes against a floor in the same run and writes the table of docs/BENCHMARKS.md.
// `npm run bench -- --only start,search` measures some rows and writes nothing; `-- --peers` measures and writes the rows
// beside other clients only.
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { prepareGround, project } from './ground.ts';
import { measurePeers } from './peers/index.ts';
import { peerSection, replacePeerSection } from './peers/section.ts';
import type { Row } from './row.types.ts';
import { rows } from './rows.ts';
import { searchRow } from './search-row.ts';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1]?.split(',') : undefined;
const pageFile = join(project, 'docs/BENCHMARKS.md');
const [busyBefore = 0] = loadavg();
if (process.argv.includes('--peers')) {
  const section = peerSection(await measurePeers(() => true), machine());
  writeFileSync(pageFile, replacePeerSection(readFileSync(pageFile, 'utf8'), section));
} else {
  const isChosen = (id: string) => !only || only.some((name) => id.startsWith(name));
  const measured = await measureRows(isChosen);
  const peers = await measurePeers(isChosen);
  if (!only) writeFileSync(pageFile, replacePeerSection(page(measured), peerSection(peers, machine())));
  else process.stdout.write(peers.notes.map((note) => `${note}\n`).join(''));
}

async function measureRows(isChosen: (id: string) => boolean): Promise<Row[]> {
  const measured: Row[] = [];
  await using ground = await prepareGround();
  for (const { id, measure } of [...rows, searchRow]) {
    if (!isChosen(id)) continue;
    process.stderr.write(`${id} …\n`);
    for (const row of await measure(ground)) {
      measured.push(row);
      process.stdout.write(`${line(row)}\n`);
    }
  }
  return measured;
}

function line({ what, ours, floor, ratio, goal }: Row): string {
  const verdict = (ratio ?? ours) <= goal ? 'met' : '**missed**';
  const [most, beside, times] =
    floor === undefined || ratio === undefined
      ? [`${goal} ms`, '', '']
      : [goal.toFixed(1), `${floor.toFixed(1)} ms`, ratio.toFixed(2)];
  return `| ${what} | ${ours.toFixed(1)} ms | ${beside} | ${times} | ${most} | ${verdict} |`;
}

/** Whose figures they are, and whether somebody else was at work. */
function machine(): string {
  const [cpu] = cpus();
  return `Measured on ${platform()}-${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.versions.node}.
Load of the machine (1 minute): ${busyBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after; over ${cpus().length} somebody else was at work, and
the ratios of short commands come out higher.`;
}

function page(table: readonly Row[]): string {
  const notes = table.flatMap(({ what, note }) => (note ? [`- ${what}: ${note}`] : []));
  return `# Benchmarks

Written by \`npm run bench\`. Each row times whole processes, ours and a floor in turn, so that a slow minute falls on
both: medians of the times, and the median of the ratios, which is the fact; milliseconds depend on the machine. The
first round of each pair is not counted (compile cache and page cache warm). The floors are in \`tools/bench/floors/\`.

${machine()}

| what / floor | ours | floor | ratio | at most | |
| --- | --- | --- | --- | --- | --- |
${table.map(line).join('\n')}
${notes.length ? `\n## Notes\n\n${notes.join('\n')}\n` : ''}`;
}
