import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { uptime } from 'node:os';
import { digestHex, sha256 } from '../core/index.ts';

let boot: string | undefined;

/**
 * Names the running system since it started. What was written but not fsynced survives the death of a process, not that
 * of the system: content from an earlier boot is hashed once before it is believed.
 */
export function bootId(): string {
  boot ??= tryRead('/proc/sys/kernel/random/boot_id') ?? `up-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  return boot;
}

/** A name nobody else uses, that tells whether the process that took it still lives: `<space>-<pid>-<random>`. */
export function ownedName(): string {
  return `${processSpace()}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/**
 * Whether the process that made this name is known to be gone. A process of another boot or container cannot be asked:
 * it counts as gone after a day.
 */
export function isAbandoned(name: string, changedMs: number): boolean {
  const [space, pid] = name.split('-');
  if (space === processSpace()) return !isAlive(Number(pid));
  return Date.now() - changedMs > 24 * 3_600_000;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

let space: string | undefined;

/** Where a process id means something: one boot, one pid namespace. */
function processSpace(): string {
  space ??= digestHex(sha256(`${bootId()} ${tryLink('/proc/self/ns/pid')}`)).slice(0, 8);
  return space;
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function tryLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
