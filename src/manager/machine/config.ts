import { SkillsError } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { editConfig, readConfig, registryPrefix } from '../settings/config-file.ts';
import { isKnownDialect, knownDialects } from '../settings/dialects.ts';
import { listNetwork, networkKeys, networkSetting } from './network-config.ts';

/** A setting: where it stands in config.json, and how its text is checked. */
interface Setting {
  readonly path?: readonly string[];
  read(text: string): unknown;
}

const settings: Readonly<Record<string, Setting>> = {
  // its name, or host/prefix
  registry: { read: (text) => text },
  index: { read: checkUrl },
  plainHttp: { read: splitList },
  dialects: { read: checkDialects },
};
const scopeKey = /^scopes\.(@[a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** Reading and writing single values of the machine's config.json. */
export class Config {
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /** All values that are set, by their keys. */
  async list(): Promise<Readonly<Record<string, string>>> {
    const { registry, index, plainHttp, dialects, scopes, network } = readConfig(this.#context.settings.home);
    return {
      ...(registry ? { registry } : {}),
      ...(index ? { index } : {}),
      ...(plainHttp.length ? { plainHttp: plainHttp.join(',') } : {}),
      ...(dialects.length ? { dialects: dialects.join(',') } : {}),
      ...Object.fromEntries([...scopes].map(([scope, prefix]) => [`scopes.${scope}`, prefix])),
      ...listNetwork(network),
    };
  }

  /** A value that is set, or that is in force without being set: the index of the default registry, the environment's. */
  async get(key: string): Promise<string | undefined> {
    this.#settingOf(key);
    const { registry, index } = this.#context.settings;
    return (await this.list())[key] ?? { registry, index }[key];
  }

  /**
   * Sets `registry`, `index`, `plainHttp`, `dialects`, `scopes.@name`, or how hosts are reached: `ca`, `hosts.HOST.ca`,
   * `mirrors.PREFIX` and so on.
   *
   * @throws SkillsError ERR_USAGE for another key or a value that is none.
   */
  async set(key: string, value: string): Promise<void> {
    const { path = [key], read } = this.#settingOf(key);
    const written = read(value);
    this.#edit(path, (holder, name) => {
      holder[name] = written;
    });
  }

  /** Takes a setting back; one that is not set is no error. */
  async unset(key: string): Promise<void> {
    const { path = [key] } = this.#settingOf(key);
    this.#edit(path, (holder, name) => {
      delete holder[name];
    });
  }

  #edit(path: readonly string[], change: (holder: Record<string, unknown>, name: string) => void): void {
    const [name = '', ...outer] = path.toReversed();
    editConfig(this.#context.settings.home, (config) => {
      let holder = config;
      for (const key of outer.reverse()) {
        holder[key] ??= {};
        holder = holder[key] as Record<string, unknown>;
      }
      change(holder, name);
    });
    this.#context.forgetSettings();
  }

  #settingOf(key: string): Setting {
    const setting = settingOf(key) ?? networkSetting(key, this.#context.settings.cwd);
    if (setting) return setting;
    throw unknownSetting(key);
  }
}

function settingOf(key: string): Setting | undefined {
  const scope = scopeKey.exec(key)?.[1];
  if (scope !== undefined) return { path: ['scopes', scope], read: registryPrefix };
  return Object.hasOwn(settings, key) ? settings[key] : undefined;
}

function unknownSetting(key: string): SkillsError {
  const known = [...Object.keys(settings), 'scopes.@name', ...networkKeys].join(', ');
  return new SkillsError('ERR_USAGE', `there is no setting "${key}"`, { hint: `there are: ${known}` });
}

function splitList(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  return items.filter(Boolean);
}

function checkDialects(text: string): readonly string[] {
  const names = splitList(text);
  const unknown = names.find((name) => !isKnownDialect(name));
  if (unknown === undefined && names.length > 0) return names;
  throw new SkillsError('ERR_USAGE', `"${unknown ?? text}" is not a dialect that skills are written in`, {
    hint: `there are: ${knownDialects.join(', ')}; both, separated by a comma, push both`,
  });
}

function checkUrl(text: string): string {
  if (/^https?:\/\/[^\s/]+/.test(text)) return text.replace(/\/+$/, '');
  throw new SkillsError('ERR_USAGE', `"${text}" is not an address`, {
    hint: 'write it with its scheme: https://skills.example.com',
  });
}
