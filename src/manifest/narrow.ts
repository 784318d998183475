import { type Capabilities, type CapabilityBounds, listCapabilities } from './capabilities.ts';
import type { Execution, ResourceLimits } from './execution.types.ts';
import type { SkillManifest } from './manifest.types.ts';
import type { Resilience, SkillSettings } from './settings.types.ts';

/** Capabilities as bounds: nothing beyond them, as where a person agreed to exactly these. */
export function boundsOf({ exec, fs, ...rest }: Capabilities): CapabilityBounds {
  return { ...exec, ...fs, ...rest };
}

/** What is left of `asked` within `bounds`, and what is not: one line each, as `listCapabilities` writes them. */
export function narrowCapabilities(
  asked: Capabilities,
  bounds: CapabilityBounds,
): { capabilities: Capabilities; refused: string[] } {
  const readable = bounds.read && [...bounds.read, ...(bounds.write ?? [])];
  const flagOf = (value: boolean, most = true) => value && most;
  const capabilities: Capabilities = {
    exec: {
      commands: within(asked.exec.commands, bounds.commands, isSame),
      blocked: [...new Set([...asked.exec.blocked, ...(bounds.blocked ?? [])])],
    },
    fs: {
      read: withinList(asked.fs.read, readable, coversPath),
      write: withinList(asked.fs.write, bounds.write, coversPath),
    },
    net: within(asked.net, bounds.net, coversHost),
    env: withinList(asked.env, bounds.env, coversName),
    secrets: flagOf(asked.secrets, bounds.secrets),
    spawn: flagOf(asked.spawn, bounds.spawn),
    wasm: withinList(asked.wasm, bounds.wasm, isSame),
  };
  const left = new Set(listCapabilities(capabilities));
  return { capabilities, refused: listCapabilities(asked).filter((line) => !left.has(line)) };
}

type Covers = (bound: string, item: string) => boolean;

function within(asked: readonly string[] | 'any', most: readonly string[] | 'any' = 'any', covers: Covers) {
  if (most === 'any') return asked;
  return asked === 'any' ? most : withinList(asked, most, covers);
}

function withinList(asked: readonly string[], most: readonly string[] | undefined, covers: Covers): readonly string[] {
  return most ? asked.filter((item) => most.some((bound) => covers(bound, item))) : asked;
}

const isSame: Covers = (bound, item) => bound === item;

/** Whether `item` is `bound` or below it. Paths with other beginnings (`/`, `~`, `$VARIABLE`, the project) never are. */
const coversPath: Covers = (bound, item) => {
  const [outer, inner] = [splitPath(bound), splitPath(item)];
  return !inner.includes('..') && outer.every((part, index) => inner[index] === part);
};

/** The parts of a path below what it begins at, which stands first: `/`, `~`, a variable, or `.` for the project. */
function splitPath(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/')) return ['/', ...parts];
  return /^[~$]/.test(parts[0] ?? '') ? parts : ['.', ...parts];
}

/** `*.example.com` covers any subdomain, not the domain itself; a name covers itself over https at the usual port. */
const coversHost: Covers = (bound, item) => {
  const host = item.replace(/^https:\/\//, '');
  if (bound === item || bound === host) return true;
  return bound.startsWith('*.') && host.endsWith(bound.slice(1)) && !/[:/]/.test(host);
};

const coversName: Covers = (bound, item) =>
  bound === item || (bound.endsWith('*') && item.startsWith(bound.slice(0, -1)));

/**
 * The manifest within the settings of a host: permissions, limits and times are the narrower of the two, and blocks that
 * the skill does not have come from the settings. `refused` lists what the skill asked for and does not get.
 */
export function narrowManifest(
  manifest: SkillManifest,
  settings: SkillSettings,
): { manifest: SkillManifest; refused: string[] } {
  const { capabilities, refused } = narrowCapabilities(manifest.capabilities, settings.bounds ?? {});
  const blocks = { ...pickBlocks(settings), ...pickBlocks(manifest) };
  const resilience = narrowResilience(manifest.resilience, settings.resilience);
  const execution = manifest.execution && narrowTime(manifest.execution, settings.timeoutSeconds);
  return {
    manifest: {
      ...manifest,
      ...blocks,
      capabilities,
      limits: smallestLimits(manifest.limits, settings.limits),
      ...(resilience ? { resilience } : {}),
      ...(execution ? { execution } : {}),
    },
    refused,
  };
}

type Blocks = Pick<SkillManifest, 'performance' | 'development' | 'observability'>;

function pickBlocks({ performance, development, observability }: Blocks): Blocks {
  return {
    ...(performance ? { performance } : {}),
    ...(development ? { development } : {}),
    ...(observability ? { observability } : {}),
  };
}

function narrowResilience(own: Resilience | undefined, most: Resilience | undefined): Resilience | undefined {
  if (!own || !most) return own ?? most;
  const attempts = [own.maxAttempts, most.maxAttempts].filter((count) => count !== undefined);
  return { ...most, ...own, ...(attempts.length > 0 ? { maxAttempts: Math.min(...attempts) } : {}) };
}

function narrowTime(execution: Execution, most: number | undefined): Execution {
  if (most === undefined) return execution;
  return { ...execution, timeoutSeconds: Math.min(execution.timeoutSeconds ?? most, most) };
}

function smallestLimits(own: ResourceLimits, most: ResourceLimits): ResourceLimits {
  const keys = ['maxMemoryMb', 'maxCpuPercent', 'maxFileSizeMb'] as const;
  const entries = keys.flatMap((key) => {
    const stated = [own[key], most[key]].filter((value) => value !== undefined);
    return stated.length > 0 ? [[key, Math.min(...stated)]] : [];
  });
  return Object.fromEntries(entries);
}
