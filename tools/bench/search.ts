/**
 * Search over synthetic skills, beside a bare FTS5 query of the same words capped at 2,000 rows.
 *
 * node tools/bench/search.ts [--skills 100000] [--rounds 200] [--seed 1] [--db file] [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

import {
  type Catalogue,
  type IndexableRecord,
  openSqliteCatalogue,
  type SearchQuery,
} from '../../src/catalogue/index.ts';
import { loadSqlite } from '../../src/core/index.ts';
import { drawTag, generateSkills, seededRandom, wordAt } from './synthetic-skills.ts';

export interface SearchBenchOptions {
  readonly skills: number;
  /** Queries of each kind. */
  readonly rounds: number;
  readonly seed: number;
  /** Kept and used again where given. */
  readonly db?: string;
}

export interface SearchFigures {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  readonly bareP50: number;
  readonly bareMean: number;
  /** All queries together: time of ours to time of the bare ones. */
  readonly ratio: number;
}

export interface SearchBenchReport {
  readonly skills: number;
  /** Milliseconds; absent where the database was there already. */
  readonly loaded?: number;
  readonly all: SearchFigures;
  readonly kinds: Readonly<Record<string, SearchFigures>>;
}

type Draw = (random: () => number) => Omit<SearchQuery, 'limit' | 'offset'>;

const between = (low: number, high: number) => (random: () => number) =>
  wordAt(low + Math.floor(random() * (high - low)));
const rare = between(3_000, 25_000);
const mid = between(60, 600);
const common = between(0, 4);

const kinds: Readonly<Record<string, Draw>> = {
  'rare word': (random) => ({ text: rare(random) }),
  'mid word': (random) => ({ text: mid(random) }),
  'two words': (random) => ({ text: `${between(4, 60)(random)} ${mid(random)}` }),
  'very common word': (random) => ({ text: common(random) }),
  'mistyped word': (random) => ({ text: mistype(mid(random), random) }),
  'tag and word': (random) => ({ text: common(random), tags: [drawTag(random)] }),
};

/**
 * Runs the benchmark. The queries of all kinds are mixed; each is timed once, ours and the bare one in turn, after a
 * quarter as many that warm the caches up.
 */
export async function benchSearch(options: SearchBenchOptions): Promise<SearchBenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'skills-bench-'));
  try {
    const file = options.db ?? join(folder, 'catalogue.db');
    const fresh = !existsSync(file);
    await using catalogue = await openSqliteCatalogue(file);
    const { DatabaseSync } = await loadSqlite();
    const bare = new DatabaseSync(`${file}.bare`);
    const start = performance.now();
    if (fresh) await load(catalogue, bare, options);
    const loaded = fresh ? { loaded: performance.now() - start } : {};
    const samples = await measure(catalogue, bare, options);
    bare.close();
    return { skills: options.skills, ...loaded, ...summarise(samples) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(catalogue: Catalogue, bare: DatabaseSync, { skills, seed }: SearchBenchOptions): Promise<void> {
  bare.exec('pragma journal_mode = wal; create virtual table search using fts5(name, tags, description, body)');
  const insert = bare.prepare('insert into search values (?, ?, ?, ?)');
  let batch: IndexableRecord[] = [];
  const flush = async () => {
    await catalogue.upsert(batch);
    bare.exec('begin');
    for (const skill of batch) insert.run(skill.name, skill.tags.join(' '), skill.description, skill.body);
    bare.exec('commit');
    batch = [];
  };
  for (const skill of generateSkills(skills, seed)) {
    batch.push(skill);
    if (batch.length === 1_000) await flush();
  }
  await flush();
}

interface Sample {
  readonly kind: string;
  readonly ours: number;
  readonly bare: number;
}

async function measure(catalogue: Catalogue, bare: DatabaseSync, options: SearchBenchOptions): Promise<Sample[]> {
  const random = seededRandom(options.seed + 1);
  const statement = bare.prepare('select rowid from search where search match ? limit 2000');
  const samples: Sample[] = [];
  const warming = Math.ceil(options.rounds / 4);
  for (let round = -warming; round < options.rounds; round += 1) {
    for (const [kind, draw] of Object.entries(kinds)) {
      const query = draw(random);
      const words = [...query.text.split(' '), ...(query.tags ?? [])].map((word) => `"${word}"`).join(' ');
      const start = performance.now();
      statement.all(words);
      const middle = performance.now();
      await catalogue.search({ ...query, limit: 20, offset: 0 });
      if (round >= 0) samples.push({ kind, bare: middle - start, ours: performance.now() - middle });
    }
  }
  return samples;
}

function summarise(samples: readonly Sample[]): Pick<SearchBenchReport, 'all' | 'kinds'> {
  const byKind = Object.keys(kinds).map((kind) => [kind, figuresOf(samples.filter((sample) => sample.kind === kind))]);
  return { all: figuresOf(samples), kinds: Object.fromEntries(byKind) };
}

function figuresOf(samples: readonly Sample[]): SearchFigures {
  const ours = samples.map((sample) => sample.ours).toSorted((a, b) => a - b);
  const bare = samples.map((sample) => sample.bare).toSorted((a, b) => a - b);
  return {
    p50: quantile(ours, 0.5),
    p99: quantile(ours, 0.99),
    mean: sum(ours) / ours.length,
    bareMean: sum(bare) / bare.length,
    bareP50: quantile(bare, 0.5),
    ratio: sum(ours) / sum(bare),
  };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One letter replaced. */
function mistype(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 1));
  return `${word.slice(0, at)}x${word.slice(at + 1)}`;
}

function printReport(report: SearchBenchReport): void {
  const line = (title: string, { p50, p99, bareP50, ratio }: SearchFigures) =>
    `${title.padEnd(18)} ${[p50, p99, bareP50, ratio].map((value) => value.toFixed(2).padStart(9)).join('')}`;
  console.log(`${report.skills} skills${report.loaded ? `, loaded in ${(report.loaded / 1000).toFixed(1)} s` : ''}`);
  console.log(`${'ms'.padEnd(18)} ${['p50', 'p99', 'bare p50', 'ratio'].map((title) => title.padStart(9)).join('')}`);
  for (const [kind, figures] of Object.entries(report.kinds)) console.log(line(kind, figures));
  console.log(line('all', report.all));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      skills: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      db: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { skills, rounds, seed, db, json } = values;
  const numbers = { skills: Number(skills), rounds: Number(rounds), seed: Number(seed) };
  const report = await benchSearch({ ...numbers, ...(db === undefined ? {} : { db }) });
  if (json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
}
