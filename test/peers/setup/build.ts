import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { PeerName, PeerRow } from './peer.types.ts';

const goModule = join(dirname(import.meta.dirname), 'go');
/** Builds are kept by version, so that a new version is built anew. */
const builds = join(homedir(), '.cache', 'skills-peers');
/** An empty module cache and two busy cores: the largest took two and a half minutes. */
const patience = 20 * 60_000;

export type Build = { readonly program: string; readonly seconds: number } | { readonly failure: string };

function placeOf(name: PeerName, { version }: PeerRow): { program: string; seconds: string } {
  const folder = join(builds, `${name}-${version}`);
  return { program: join(folder, name), seconds: join(folder, 'seconds') };
}

/** The program that an earlier run has built, with the seconds that it took. */
export function builtBefore(name: PeerName, row: PeerRow): Build | undefined {
  const { program, seconds } = placeOf(name, row);
  if (!existsSync(program)) return undefined;
  return { program, seconds: Number(readFileSync(seconds, 'utf8')) };
}

/** Builds a peer that is written in Go, without cgo, so that the program also runs in an empty container image. */
export function build(name: PeerName, row: PeerRow): Build {
  const { program, seconds } = placeOf(name, row);
  const room = join(dirname(program), 'building');
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room, { recursive: true });
  const start = performance.now();
  const failure = runGo(row, room);
  if (failure !== undefined) {
    rmSync(dirname(program), { recursive: true, force: true });
    return { failure };
  }
  const took = Math.round((performance.now() - start) / 100) / 10;
  writeFileSync(seconds, String(took));
  renameSync(join(room, basename(row.go ?? row.tool ?? row.local ?? '')), program);
  return { program, seconds: took };
}

function runGo({ go, tool, local, version, env }: PeerRow, room: string): string | undefined {
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
  const args = go
    ? ['install', ...flags, `${go}@${version}`]
    : ['build', '-mod=readonly', ...flags, '-o', `${room}/`, tool ?? local ?? ''];
  const { status, stderr, error } = spawnSync('go', args, {
    cwd: go ? room : goModule,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOBIN: room, ...env },
    encoding: 'utf8',
    timeout: patience,
  });
  if (error) return `go cannot be run: ${error.message}`;
  if (status === 0) return undefined;
  const said = stderr.trim().split('\n').at(-1)?.trim();
  return `${go ?? tool ?? local} ${version} cannot be built: ${said || `go ended with ${status}`}`;
}
