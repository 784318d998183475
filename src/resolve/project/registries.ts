import { isRepositoryName, looksLikeRegistry } from '../../core/index.ts';
import { type Fields, isObject } from '../json/fields.ts';
import type { RegistryEntry } from './model.ts';

/**
 * A prefix from what people write for a registry: `ghcr.io/acme`, `https://ghcr.io/acme/`, `http://localhost:5000`, `oci://…`.
 *
 * Undefined where it begins with no registry host.
 */
export function readPrefix(text: string): { prefix: string; plainHttp: boolean } | undefined {
  const [, scheme, rest = ''] =
    /^(?:(https?|oci|docker):\/\/)?(.*)$/s.exec(text.trim().replace(/(?<!\/)\/+$/, '')) ?? [];
  const slash = rest.indexOf('/');
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const namespace = slash < 0 ? undefined : rest.slice(slash + 1);
  if (!looksLikeRegistry(host) || (namespace !== undefined && !isRepositoryName(namespace))) return undefined;
  return { prefix: rest, plainHttp: scheme === 'http' };
}

/** Reads `registries`: name → prefix or URL, or an object with `prefix` (or `url`), `default`, `plainHttp`, `index`. */
export function readRegistries(fields: Fields | undefined): ReadonlyMap<string, RegistryEntry> {
  if (!fields) return new Map();
  const entries = fields.keys().map((name) => [name, readRegistry(fields, name)] as const);
  const defaults = entries.filter(([, entry]) => entry.default).map(([name]) => name);
  if (defaults.length > 1) fields.fail(defaults[1], `${defaults.join(' and ')} are both the default registry`);
  return new Map(entries);
}

/** The prefix of the registry that is marked as default, or of the only one. */
export function defaultPrefix(registries: ReadonlyMap<string, RegistryEntry>): string | undefined {
  const entries = [...registries.values()];
  return (entries.find((entry) => entry.default) ?? (entries.length === 1 ? entries[0] : undefined))?.prefix;
}

/** Reads `scopes`: `@acme` → prefix, URL, or the name of a registry. */
export function readScopes(
  fields: Fields | undefined,
  registries: ReadonlyMap<string, RegistryEntry>,
): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const scope of fields?.keys() ?? []) {
    if (!fields) break;
    if (!scope.startsWith('@')) fields.fail(scope, `the scope "${scope}" does not begin with "@"`);
    const target = fields.text(scope);
    const prefix = registries.get(target)?.prefix ?? readPrefix(target)?.prefix;
    scopes.set(
      scope,
      prefix ?? fields.fail(scope, `"${target}" is neither a registry nor the name of one`, prefixHint),
    );
  }
  return scopes;
}

const prefixHint = 'write host and path, as in ghcr.io/acme/skills';

function readRegistry(registries: Fields, name: string): RegistryEntry {
  const isText = !isObject(registries.values[name]);
  const fields = isText ? undefined : registries.object(name);
  const text = fields ? (fields.optionalText('prefix') ?? fields.optionalText('url') ?? '') : registries.text(name);
  const found = readPrefix(text) ?? registries.fail(name, `"${text}" is not a registry`, prefixHint);
  const index = fields?.optionalText('index');
  return {
    prefix: found.prefix,
    default: fields?.flag('default') ?? false,
    plainHttp: found.plainHttp || (fields?.flag('plainHttp') ?? false),
    ...(index === undefined ? {} : { index }),
  };
}
