import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSkillsError, prettyJson, readJson, SkillsError, writeFileAtomic } from '../../core/index.ts';
import type { WritableDialect } from '../../pack/index.ts';
import { type RegistryEntry, readPrefix, readProject } from '../../resolve/index.ts';
import { isKnownDialect, knownDialects } from './dialects.ts';
import { type NetworkConfig, readNetwork } from './network.ts';

/** `config.json` of the store. It holds no secrets: credentials live in the docker or podman configuration. */
export interface MachineConfig {
  /** By names of their own, as in skills.json. */
  readonly registries: ReadonlyMap<string, RegistryEntry>;
  /** Name of the registry that bare names stand in, or its prefix. */
  readonly registry?: string;
  /** `@scope` → registry prefix. */
  readonly scopes: ReadonlyMap<string, string>;
  readonly index?: string;
  /** Hosts that plain http may be spoken to. */
  readonly plainHttp: readonly string[];
  /** What skills are pushed in; empty where nothing is said. */
  readonly dialects: readonly WritableDialect[];
  /** How hosts are reached. */
  readonly network: NetworkConfig;
}

/** A file that was read, with the keys that this version does not know: they are kept when it is written. */
interface RawConfig extends Record<string, unknown> {}

function configPath(home: string): string {
  return join(home, 'config.json');
}

/** @throws SkillsError ERR_CONFIG_INVALID naming the file and the key. */
export function readConfig(home: string): MachineConfig {
  const raw = readRaw(home);
  const file = configPath(home);
  const { registries, scopes } = readPlaces(home, file);
  return {
    registries,
    scopes,
    plainHttp: strings(raw.plainHttp, 'plainHttp', file),
    dialects: dialects(raw.dialects, file),
    network: readNetwork(raw, home, (why) => invalid(file, why)),
    ...optionalString(raw, 'registry', file),
    ...optionalString(raw, 'index', file),
  };
}

/** `registries` and `scopes` are written as in skills.json, and read by the same reader. */
function readPlaces(home: string, file: string): Pick<MachineConfig, 'registries' | 'scopes'> {
  const { registries, scopes } = readRaw(home);
  try {
    return readProject(JSON.stringify({ ...(registries ? { registries } : {}), ...(scopes ? { scopes } : {}) }), file);
  } catch (cause) {
    if (!isSkillsError(cause)) throw cause;
    throw new SkillsError('ERR_CONFIG_INVALID', cause.message.replace(/:\d+:\d+:/, ':'), { cause, hint: cause.hint });
  }
}

/** Changes the file by `edit`, keeping what it does not touch. */
export function editConfig(home: string, edit: (config: Record<string, unknown>) => void): void {
  const raw = structuredClone(readRaw(home)) as Record<string, unknown>;
  edit(raw);
  writeFileAtomic(configPath(home), prettyJson(raw), { durable: true });
}

/**
 * `host/prefix` from what a person typed: a scheme and trailing slashes go.
 *
 * @param names of registries that could have been meant, where a name could stand instead.
 * @throws SkillsError ERR_REFERENCE_INVALID
 */
export function registryPrefix(text: string, names: readonly string[] = []): string {
  const read = readPrefix(text);
  if (read) return read.prefix;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a registry`, {
    hint: `write it as registry.example.com/team/skills: a host, and below it where the skills stand${names.length ? `; names that are configured: ${names.join(', ')}` : ''}`,
  });
}

function readRaw(home: string): RawConfig {
  const file = configPath(home);
  if (!existsSync(file)) return {};
  const { value } = readJson(readFileSync(file, 'utf8'), { file });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RawConfig;
  throw invalid(file, 'it is not a JSON object');
}

function strings(value: unknown, key: string, file: string): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(file, `"${key}" is not a list of texts`);
}

function dialects(value: unknown, file: string): readonly WritableDialect[] {
  const names = strings(value, 'dialects', file);
  const unknown = names.find((name) => !isKnownDialect(name));
  if (unknown === undefined) return names.filter(isKnownDialect);
  throw invalid(file, `"dialects" names "${unknown}"; there are ${knownDialects.join(' and ')}`);
}

function optionalString<K extends string>(raw: RawConfig, key: K, file: string): Partial<Record<K, string>> {
  const value = raw[key];
  if (value === undefined) return {};
  if (typeof value !== 'string') throw invalid(file, `"${key}" is not a text`);
  return { [key]: value } as Partial<Record<K, string>>;
}

function invalid(file: string, why: string): SkillsError {
  return new SkillsError('ERR_CONFIG_INVALID', `${file}: ${why}`, {
    hint: 'mend it by hand, or with "skills config set"',
  });
}
