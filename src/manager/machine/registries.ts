import { SkillsError } from '../../core/index.ts';
import type { RegistryEntry } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { editConfig, readConfig, registryPrefix } from '../settings/config-file.ts';
import type { NamedRegistry } from '../types.ts';

/** What a registry is used for. */
export interface AddRegistryOptions {
  /** `@scope` that stands in it. */
  readonly scope?: string | undefined;
  /** Address of the index that searches it. */
  readonly index?: string | undefined;
  /** Speak plain http with it; default whether its address says http. */
  readonly plainHttp?: boolean | undefined;
  /** Let bare names stand in it; the first registry is the default one anyway. */
  readonly default?: boolean | undefined;
  /** Replace what the name stands for already. */
  readonly force?: boolean | undefined;
}

/** The registries that have names of their own. Kept in the machine's config.json. */
export class Registries {
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /** All that have a meaning here: the machine's, the project's, and the default one where it has no name. */
  async list(): Promise<readonly NamedRegistry[]> {
    return this.#context.settings.named;
  }

  /**
   * Gives a registry prefix (`ghcr.io/acme/skills`) a name. A name that stands for the same prefix keeps what the options do
   * not say.
   *
   * @throws SkillsError ERR_USAGE, ERR_REFERENCE_INVALID for what is no name, prefix or scope; ERR_CONFLICT for a name that
   * stands for another prefix or index, unless `force`.
   */
  async add(name: string, url: string, options: AddRegistryOptions = {}): Promise<NamedRegistry> {
    checkName(name);
    const prefix = registryPrefix(url);
    const there = options.force ? undefined : readConfig(this.#context.settings.home).registries.get(name);
    refuseReplacing(name, there, { prefix, index: options.index });
    const plainHttp = options.plainHttp ?? (url.startsWith('http://') || (there?.plainHttp ?? false));
    const index = options.index ?? there?.index;
    const scope = options.scope === undefined ? undefined : checkScope(options.scope);
    this.#edit((config) => {
      const registries = section(config, 'registries');
      const first = Object.keys(registries).length === 0 && config.registry === undefined;
      registries[name] = { url: prefix, ...(index ? { index } : {}), ...(plainHttp ? { plainHttp: true } : {}) };
      if (options.default ?? first) config.registry = name;
      if (scope) section(config, 'scopes')[scope] = prefix;
    });
    return this.#find(name);
  }

  /** Forgets a name, and the scopes that stood in it. @throws SkillsError ERR_NOT_FOUND */
  async remove(name: string): Promise<void> {
    const { prefix: gone } = this.#machineRegistry(name);
    this.#edit((config) => {
      delete section(config, 'registries')[name];
      if (config.registry === name) delete config.registry;
      const scopes = section(config, 'scopes');
      for (const [scope, prefix] of Object.entries(scopes)) if (prefix === gone) delete scopes[scope];
    });
  }

  /** Lets bare names stand in it. @throws SkillsError ERR_NOT_FOUND */
  async setDefault(name: string): Promise<NamedRegistry> {
    this.#machineRegistry(name);
    this.#edit((config) => {
      config.registry = name;
    });
    return this.#find(name);
  }

  #edit(edit: (config: Record<string, unknown>) => void): void {
    editConfig(this.#context.settings.home, edit);
    this.#context.forgetSettings();
  }

  #machineRegistry(name: string) {
    const { registries } = readConfig(this.#context.settings.home);
    const found = registries.get(name);
    if (found) return found;
    const names = [...registries.keys()];
    throw new SkillsError('ERR_NOT_FOUND', `no registry is called "${name}"`, {
      hint: names.length
        ? `there are: ${names.join(', ')}`
        : 'none is configured: skills registry add <name> <host/prefix>',
    });
  }

  #find(name: string): NamedRegistry {
    const found = this.#context.settings.named.find((entry) => entry.name === name);
    if (found) return found;
    throw new SkillsError('ERR_INTERNAL', `the registry ${name} was written and is not read back`);
  }
}

function section(config: Record<string, unknown>, key: string): Record<string, unknown> {
  config[key] ??= {};
  return config[key] as Record<string, unknown>;
}

function refuseReplacing(
  name: string,
  there: RegistryEntry | undefined,
  { prefix, index }: { readonly prefix: string; readonly index: string | undefined },
): void {
  const otherIndex = there?.index !== undefined && index !== undefined && !isSameAddress(index, there.index);
  if (!there || (there.prefix === prefix && !otherIndex)) return;
  const stands = `${there.prefix}${there.index ? ` with the index ${there.index}` : ''}`;
  throw new SkillsError('ERR_CONFLICT', `"${name}" is the name of ${stands} already`, {
    hint: `choose another name, or replace it with --force${there.index && !index ? ', with --index where the new one has an index' : ''}`,
  });
}

function isSameAddress(left: string, right: string): boolean {
  return left.replace(/\/+$/, '') === right.replace(/\/+$/, '');
}

function checkName(name: string): void {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return;
  throw new SkillsError('ERR_USAGE', `"${name}" cannot name a registry`, {
    hint: 'letters, digits, ".", "_" and "-": skills registry add company ghcr.io/acme/skills',
  });
}

function checkScope(scope: string): string {
  const full = scope.startsWith('@') ? scope : `@${scope}`;
  if (/^@[a-z0-9]+(-[a-z0-9]+)*$/.test(full)) return full;
  throw new SkillsError('ERR_USAGE', `"${scope}" is not a scope`, { hint: 'a scope looks like @acme' });
}
