import { appendFileSync, readFileSync } from 'node:fs';
import type { Peer, PeerName } from '../setup/index.ts';

/** What `npm run test:peers` tells the tests, and where they tell it what they found: files, for mocha is a process of its own. */
const { SKILLS_PEERS = '', SKILLS_PEERS_NOTES = '' } = process.env;

let found: readonly Peer[] = SKILLS_PEERS ? JSON.parse(readFileSync(SKILLS_PEERS, 'utf8')) : [];

/** Tells what is here, where no file does: the benchmarks. */
export function usePeers(peers: readonly Peer[]): void {
  found = peers;
}

/** A line of the notes: what the documents and the last lines of the run are written from. */
export type Note =
  | { readonly kind: 'absent'; readonly title: string; readonly peers: readonly PeerName[] }
  | { readonly kind: 'interop'; readonly cell: Cell; readonly passed: boolean }
  | { readonly kind: 'contract'; readonly registry: string; readonly setting: string; readonly passed: boolean }
  | { readonly kind: 'conformance'; readonly report: ConformanceReport };

/** One cell of docs/INTEROP.md: who wrote what, who took it, through which registry. */
export interface Cell {
  readonly what: string;
  readonly writer: string;
  readonly reader: string;
  readonly through: string;
}

/** What the conformance suite printed at its end. */
export interface ConformanceReport {
  /** The commit of the suite, as it says itself; empty where it does not. */
  readonly suite: string;
  /** How many checks had which outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** The outcome of each part of the API, and of each form of data. */
  readonly api: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

/** The program of a peer. Only inside of `describePeers`, which sees to it that it is there. */
export function programOf(name: PeerName): string {
  const program = found.find((peer) => peer.name === name)?.program;
  if (program === undefined) throw new Error(`${name} is not here: start the tests by npm run test:peers`);
  return program;
}

export function isHere(name: PeerName): boolean {
  return found.some((peer) => peer.name === name && peer.program !== undefined);
}

/** A suite that needs peers. Where one is absent it is noted, and listed at the end of the run: never left out silently. */
export function describePeers(title: string, needed: readonly PeerName[], body: () => void): void {
  const absent = needed.filter((name) => !isHere(name));
  if (absent.length === 0) describe(title, body);
  else note({ kind: 'absent', title, peers: absent });
}

export function note(line: Note): void {
  if (SKILLS_PEERS_NOTES) appendFileSync(SKILLS_PEERS_NOTES, `${JSON.stringify(line)}\n`);
}

/** A test that is a cell of the matrix. */
export function interop(cell: Cell, body: () => Promise<void>): void {
  it(`${cell.what}: ${cell.writer} writes, ${cell.reader} reads, through ${cell.through}`, async () => {
    let passed = false;
    try {
      await body();
      passed = true;
    } finally {
      note({ kind: 'interop', cell, passed });
    }
  });
}
