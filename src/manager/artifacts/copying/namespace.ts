import { isRepositoryName, isSkillsError, looksLikeRegistry, SkillsError } from '../../../core/index.ts';
import type { RemoteRegistry } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';

/** All repositories below one name: `ghcr.io/acme/skills`, or a whole registry. */
export interface Namespace {
  readonly registry: string;
  /** '' for the whole registry. */
  readonly prefix: string;
}

/** @throws SkillsError ERR_REFERENCE_INVALID */
export function parseNamespace(text: string): Namespace {
  const [registry = '', ...rest] = text
    .replace(/^(?:oci|docker):\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  const prefix = rest.join('/');
  if (looksLikeRegistry(registry) && (prefix === '' || isRepositoryName(prefix))) return { registry, prefix };
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a namespace of a registry`, {
    hint: 'write the host and what all its repositories begin with, without a tag: ghcr.io/acme/skills; the name of a configured registry does not stand here, "skills registry list" shows what it stands for',
  });
}

export function formatNamespace({ registry, prefix }: Namespace): string {
  return prefix === '' ? registry : `${registry}/${prefix}`;
}

/**
 * The repositories of a namespace, as its registry lists them; where that lists none to us, those that the index knows.
 *
 * @throws SkillsError ERR_NOT_FOUND where neither knows any; where the registry refused to list them, or is none, its failure
 */
export async function listNamespace(context: Context, namespace: Namespace): Promise<readonly string[]> {
  const { names: listed, refusal } = await fromCatalogue(context, namespace);
  const names = listed.length > 0 ? listed : await fromIndex(context, namespace);
  if (names.length > 0) return [...new Set(names)].sort();
  if (refusal !== undefined && explains(refusal)) throw withIndexHint(refusal);
  throw new SkillsError('ERR_NOT_FOUND', `no repository is known below ${formatNamespace(namespace)}`, {
    cause: refusal,
    hint: `many registries list their repositories to nobody, or to whoever logs in; ${indexHint}`,
  });
}

const indexHint = 'an index that knows them helps: --index';

/** Whether it says more than that this registry has no catalogue: nobody may see it, or what answers is no registry, or is broken. */
function explains({ code, data }: SkillsError): boolean {
  const status = Number(data?.status);
  return code === 'ERR_UNAUTHORISED' || (code === 'ERR_REGISTRY' && (status < 300 || status >= 500));
}

function withIndexHint(error: SkillsError): SkillsError {
  if (error.code !== 'ERR_UNAUTHORISED') return error;
  const hint = `${error.hint ?? 'log in'}; where a registry lists its repositories to nobody, ${indexHint}`;
  return new SkillsError(error.code, error.message, { hint, cause: error, data: error.data });
}

interface Listed {
  readonly names: readonly string[];
  /** Why there are none, where that was said. */
  readonly refusal?: SkillsError;
}

async function fromCatalogue(context: Context, namespace: Namespace): Promise<Listed> {
  const registry = (await context.registries())(namespace.registry) as Partial<RemoteRegistry>;
  try {
    const all = await Array.fromAsync(registry.repositories?.({ signal: context.signal }) ?? []);
    return { names: all.filter((name) => isBelow(name, namespace.prefix)) };
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_UNAUTHORISED', 'ERR_REGISTRY')) return { names: [], refusal: error };
    throw error;
  }
}

const pageLength = 100;

async function fromIndex(context: Context, { registry, prefix }: Namespace): Promise<readonly string[]> {
  const index = await context.index();
  if (!index) return [];
  const names: string[] = [];
  for (let offset = 0; ; offset += pageLength) {
    const { skills, total } = await index.listSkills({ limit: pageLength, offset, signal: context.signal });
    for (const { repository } of skills) {
      if (repository.startsWith(`${registry}/`)) names.push(repository.slice(registry.length + 1));
    }
    if (skills.length === 0 || offset + skills.length >= total) break;
  }
  return names.filter((name) => isRepositoryName(name) && isBelow(name, prefix));
}

function isBelow(name: string, prefix: string): boolean {
  return prefix === '' || name === prefix || name.startsWith(`${prefix}/`);
}
