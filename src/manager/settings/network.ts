import { resolve } from 'node:path';
import type { HostNetwork, NetworkOptions, PatienceOptions, SkillsError } from '../../core/index.ts';
import type { Mirror } from '../../oci/index.ts';
import { readPrefix } from '../../resolve/index.ts';
import type { SkillManagerOptions } from '../types.ts';

/**
 * The part of config.json that says how hosts are reached. Only the machine's: a project that was cloned must not choose
 * whom this machine trusts, and through whom it speaks.
 */
export interface NetworkConfig {
  /** PEM files of authorities that are trusted for every host. */
  readonly ca: readonly string[];
  readonly hosts: ReadonlyMap<string, HostNetwork>;
  readonly mirrors: readonly Mirror[];
  readonly patience: PatienceOptions;
}

/** What is set for one host, by its key in config.json. */
export const hostKeys = ['ca', 'cert', 'key', 'insecure', 'proxy'] as const;
export const patienceKeys = ['connectTimeout', 'idleTimeout', 'minimumRate'] as const;

type Fail = (why: string) => SkillsError;

/**
 * Reads `ca`, `hosts`, `mirrors`, `connectTimeout`, `idleTimeout` and `minimumRate`. Files are relative to `home`.
 *
 * @throws what `fail` makes of the first thing that is wrong.
 */
export function readNetwork(raw: Readonly<Record<string, unknown>>, home: string, fail: Fail): NetworkConfig {
  const hosts = Object.entries(record(raw.hosts, 'hosts', fail));
  const mirrors = Object.entries(record(raw.mirrors, 'mirrors', fail));
  const patience = patienceKeys.map((key) => [key, positive(raw[key], key, fail)]);
  return {
    ca: files(raw.ca, 'ca', home, fail),
    hosts: new Map(hosts.map(([host, value]) => [host, readHost(value, `hosts.${host}`, home, fail)])),
    mirrors: mirrors.flatMap(([prefix, value]) => readMirrors(prefix, value, fail)),
    patience: Object.fromEntries(patience),
  };
}

/** Puts together what the flags and the machine say. */
export function networkOptions(options: SkillManagerOptions, { ca, hosts, patience }: NetworkConfig): NetworkOptions {
  const cwd = options.cwd ?? process.cwd();
  const { caFiles = [], certFile, keyFile, insecureHosts = [] } = options;
  const all = new Map(hosts);
  for (const host of insecureHosts) all.set(host, { ...all.get(host), insecure: true });
  const identity = { cert: certFile && resolve(cwd, certFile), key: keyFile && resolve(cwd, keyFile) };
  return {
    ...patience,
    env: options.env,
    ca: [...caFiles.map((file) => resolve(cwd, file)), ...ca],
    hosts: all,
    tlsOnLoopback: caFiles.length > 0 || certFile !== undefined,
    identity: certFile || keyFile ? identity : undefined,
  };
}

function readHost(value: unknown, path: string, home: string, fail: Fail): HostNetwork {
  const entry = record(value, path, fail);
  const unknown = Object.keys(entry).find((key) => !(hostKeys as readonly string[]).includes(key));
  if (unknown !== undefined) throw fail(`"${path}" has no "${unknown}"; there are ${hostKeys.join(', ')}`);
  const { insecure, proxy, cert, key } = entry;
  if (insecure !== undefined && typeof insecure !== 'boolean') throw fail(`"${path}.insecure" is not true or false`);
  return {
    ca: files(entry.ca, `${path}.ca`, home, fail),
    cert: files(cert, `${path}.cert`, home, fail)[0],
    key: files(key, `${path}.key`, home, fail)[0],
    insecure,
    proxy: readProxy(proxy, `${path}.proxy`, fail),
  };
}

/** A password has no place in this file. */
function readProxy(value: unknown, path: string, fail: Fail): string | undefined {
  if (value === undefined || value === 'none') return value;
  if (typeof value !== 'string') throw fail(`"${path}" is not a text`);
  if (value.includes('@')) throw fail(`"${path}" holds credentials; put them into HTTPS_PROXY, not into this file`);
  return value;
}

/** `"prefix": "location"`, a list of them, or of objects with `location`, `fallThrough` and `namespace`. */
function readMirrors(prefix: string, value: unknown, fail: Fail): Mirror[] {
  const path = `mirrors.${prefix}`;
  const from = checkPlace(prefix, path, fail);
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    const entry = typeof item === 'string' ? { location: item } : record(item, path, fail);
    const { location, fallThrough, namespace } = entry as { [key: string]: unknown };
    if (typeof location !== 'string') throw fail(`"${path}" has no "location"`);
    for (const flag of [fallThrough, namespace]) {
      if (flag !== undefined && typeof flag !== 'boolean') throw fail(`"${path}" has a flag that is not true or false`);
    }
    const flags = { fallThrough: fallThrough as boolean | undefined, namespace: namespace as boolean | undefined };
    return { prefix: from, location: checkPlace(location, path, fail), ...flags };
  });
}

function checkPlace(text: string, path: string, fail: Fail): string {
  const place = readPrefix(text);
  if (place) return place.prefix;
  throw fail(`"${path}": "${text}" is not host[:port][/path]`);
}

function files(value: unknown, path: string, home: string, fail: Fail): string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string' || item === '') throw fail(`"${path}" is not the path of a file`);
    return resolve(home, item);
  });
}

function positive(value: unknown, path: string, fail: Fail): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0 && Number.isFinite(value))) return value;
  throw fail(`"${path}" is not a number`);
}

function record(value: unknown, path: string, fail: Fail): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fail(`"${path}" is not an object`);
}
