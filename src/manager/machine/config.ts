import { SkillsError } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { editConfig, readConfig, registryPrefix } from '../settings/config-file.ts';
import { isKnownDialect, knownDialects } from '../settings/dialects.ts';

/** A setting: how its text is checked and written. */
interface Setting {
  readonly title: string;
  read(text: string): unknown;
}

const settings: Readonly<Record<string, Setting>> = {
  registry: { title: 'the registry (name or host/prefix) that bare names stand in', read: (text) => text },
  index: { title: 'the address of the search index', read: checkUrl },
  plainHttp: {
    title: 'hosts that plain http may be spoken to, separated by commas',
    read: splitList,
  },
  dialects: {
    title: 'what skills are pushed in, separated by commas: agentskills, image',
    read: checkDialects,
  },
};
const scopeKey = /^scopes\.(@[a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** Reading and writing single values of the machine's config.json. */
export class Config {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** All values that are set, by their keys. */
  async list(): Promise<Readonly<Record<string, string>>> {
    const { registry, index, plainHttp, dialects, scopes } = readConfig(this.#context.settings.home);
    return {
      ...(registry ? { registry } : {}),
      ...(index ? { index } : {}),
      ...(plainHttp.length ? { plainHttp: plainHttp.join(',') } : {}),
      ...(dialects.length ? { dialects: dialects.join(',') } : {}),
      ...Object.fromEntries([...scopes].map(([scope, prefix]) => [`scopes.${scope}`, prefix])),
    };
  }

  /** A value that is set, or that is in force without being set: the index of the default registry, the environment's. */
  async get(key: string): Promise<string | undefined> {
    settingOf(key);
    const { registry, index } = this.#context.settings;
    return (await this.list())[key] ?? { registry, index }[key];
  }

  /** Sets `registry`, `index`, `plainHttp`, `dialects` or `scopes.@name`. @throws SkillsError ERR_USAGE for another key or a value that is none. */
  async set(key: string, value: string): Promise<void> {
    const setting = settingOf(key);
    const read = setting.read(value);
    this.#edit(key, (holder, name) => {
      holder[name] = read;
    });
  }

  /** Takes a setting back; one that is not set is no error. */
  async unset(key: string): Promise<void> {
    settingOf(key);
    this.#edit(key, (holder, name) => {
      delete holder[name];
    });
  }

  #edit(key: string, change: (holder: Record<string, unknown>, name: string) => void): void {
    const scope = scopeKey.exec(key)?.[1];
    editConfig(this.#context.settings.home, (config) => {
      if (!scope) return change(config, key);
      config.scopes ??= {};
      change(config.scopes as Record<string, unknown>, scope);
    });
    this.#context.forgetSettings();
  }
}

function settingOf(key: string): Setting {
  if (scopeKey.test(key)) return { title: 'registry prefix', read: registryPrefix };
  const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (setting) return setting;
  const known = [...Object.keys(settings), 'scopes.@name'].join(', ');
  throw new SkillsError('ERR_USAGE', `there is no setting "${key}"`, { hint: `there are: ${known}` });
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
