import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { project } from './ground.ts';
import { benchEnv } from './measure.ts';
import type { Bench, Row } from './row.types.ts';
import type { SearchBenchReport } from './search.ts';

/** Search over 100,000 synthetic skills: in a process of its own, timed inside of it, query by query. */
export const searchRow: Bench = { id: 'search', measure: measureSearch };

async function measureSearch(): Promise<Row[]> {
  const script = join(project, 'tools/bench/search.ts');
  const output = execFileSync(process.execPath, [script, '--json'], { env: benchEnv(), encoding: 'utf8' });
  const { skills, all }: SearchBenchReport = JSON.parse(output);
  const what = `search over ${skills.toLocaleString('en')} synthetic skills, mixed queries`;
  return [
    {
      what: `${what} / a bare FTS5 query of the same words capped at 2,000 rows`,
      ours: all.mean,
      floor: all.bareMean,
      ratio: all.ratio,
      goal: 4,
      note: 'means of all queries; the ratio is that of the sums',
    },
    { what: `${what}: p50`, ours: all.p50, goal: 8 },
    { what: `${what}: p99`, ours: all.p99, goal: 25 },
  ];
}
