import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Build, build, builtBefore } from './build.ts';
import type { Peer, PeerName, PeerRow } from './peer.types.ts';

const rows: Record<PeerName, PeerRow> = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'versions.json'), 'utf8'),
);

/** The peers, in the order of versions.json. */
export const peerNames = Object.keys(rows) as PeerName[];

/**
 * Looks for a peer on PATH, then among earlier builds, and builds it where neither has it.
 *
 * A program on PATH may have another version than versions.json asks for; which one, the peer says itself.
 *
 * @param options.build false: what is not there stays absent.
 */
export function findPeer(name: PeerName, { build: mayBuild = true } = {}): Peer {
  const row = rows[name];
  const peer = { name, what: row.what, version: row.version };
  const onPath = lookUp(name);
  if (onPath) return { ...peer, program: onPath, from: 'PATH' };
  if (row.debian) return { ...peer, absent: `not on PATH; Debian: apt-get install ${row.debian}` };
  const before = builtBefore(name, row);
  if (before) return { ...peer, ...told(before, 'built before') };
  if (!mayBuild) return { ...peer, absent: 'not built yet: npm run test:peers builds it' };
  return { ...peer, ...told(build(name, row), 'built now') };
}

function told(result: Build, from: NonNullable<Peer['from']>): Partial<Peer> {
  return 'failure' in result ? { absent: result.failure } : { ...result, from };
}

function lookUp(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  // Servers of Debian lie where the PATH of people who are not root does not look.
  for (const folder of [...folders, '/usr/sbin']) {
    const candidate = join(folder, program);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
