import { resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { registryPrefix } from '../settings/config-file.ts';
import { hostKeys, type NetworkConfig, patienceKeys } from '../settings/network.ts';

/** A setting of the network: where it stands in config.json, and how its text is checked. */
export interface NetworkSetting {
  readonly path: readonly string[];
  read(text: string): unknown;
}

/** How the keys are written, for people. */
export const networkKeys = ['ca', `hosts.HOST.{${hostKeys.join(',')}}`, 'mirrors.PREFIX', ...patienceKeys];

/** The setting of a key: `ca`, `hosts.registry.example.com:5000.ca`, `mirrors.ghcr.io/acme`, `idleTimeout`. */
export function networkSetting(key: string, cwd: string): NetworkSetting | undefined {
  if (key === 'ca') return { path: ['ca'], read: (text) => filesOf(text, cwd) };
  if ((patienceKeys as readonly string[]).includes(key)) return { path: [key], read: (text) => numberOf(text, key) };
  const [, prefix] = /^mirrors\.(.+)$/.exec(key) ?? [];
  if (prefix !== undefined) {
    return {
      path: ['mirrors', registryPrefix(prefix)],
      read: (text) => listOf(text).map((item) => registryPrefix(item)),
    };
  }
  const [, host, field] = /^hosts\.([^/\s]+)\.(ca|cert|key|insecure|proxy)$/.exec(key) ?? [];
  return host === undefined || field === undefined
    ? undefined
    : { path: ['hosts', host, field], read: (text) => hostValue(field, text, cwd) };
}

/** All that is set, by its keys. */
export function listNetwork({ ca, hosts, mirrors, patience }: NetworkConfig): Record<string, string> {
  const listed: Record<string, string> = {};
  if (ca.length > 0) listed.ca = ca.join(',');
  for (const [host, entry] of hosts) {
    for (const [field, value] of Object.entries({ ...entry, ca: entry.ca?.join(',') || undefined })) {
      if (value !== undefined) listed[`hosts.${host}.${field}`] = String(value);
    }
  }
  for (const { prefix, location } of mirrors) {
    const key = `mirrors.${prefix}`;
    listed[key] = listed[key] === undefined ? location : `${listed[key]},${location}`;
  }
  for (const [key, value] of Object.entries(patience)) if (value !== undefined) listed[key] = String(value);
  return listed;
}

function hostValue(field: string, text: string, cwd: string): unknown {
  if (field === 'ca') return filesOf(text, cwd);
  if (field === 'cert' || field === 'key') return resolve(cwd, text);
  if (field === 'proxy') return proxyOf(text);
  if (text === 'true' || text === 'false') return text === 'true';
  throw new SkillsError('ERR_USAGE', `"${text}" is not true or false`);
}

function proxyOf(text: string): string {
  if (!text.includes('@')) return text;
  throw new SkillsError('ERR_USAGE', 'a proxy with credentials is not written into the configuration', {
    hint: 'put it into the environment, as HTTPS_PROXY',
  });
}

function numberOf(text: string, key: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && Number.isFinite(number)) return number;
  throw new SkillsError('ERR_USAGE', `"${text}" is not a number`, {
    hint: key === 'minimumRate' ? 'in bytes a second' : 'in milliseconds',
  });
}

function filesOf(text: string, cwd: string): string[] {
  return listOf(text).map((file) => resolve(cwd, file));
}

function listOf(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  return items.filter(Boolean);
}
