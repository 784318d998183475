import { resolve } from 'node:path';
import {
  canListTags,
  type Descriptor,
  formatReference,
  isDigest,
  lastSegment,
  parseReference,
  type Reference,
  type RepositoryOptions,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import { isArchivePath, NamedLayout, openLayoutAt } from '../../oci/index.ts';
import {
  type LayoutSpec,
  newestMatching,
  parseSpec,
  readSelector,
  type Spec,
  tagOf,
  versionOfTag,
  versionTags,
} from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { locate, noVersion } from '../naming.ts';
import { refuseFileLike } from './file-like.ts';

/**
 * One end of what is done with artifacts as they are, whatever is in them: a repository in a registry, or a layout: a folder or a tar, or one of several
 * repositories in it.
 */
export interface Endpoint {
  readonly kind: 'registry' | 'layout' | 'archive';
  readonly target: Target;
  /** The tag or digest that was named. */
  readonly key: string | undefined;
  /** Where it is in a registry. */
  readonly repository?: Reference;
  /** The whole layout that it is, or is in. */
  readonly layout?: ReturnType<typeof openLayoutAt>;
  /** Name of the skill that belongs here, where the place tells. */
  readonly leaf: string | undefined;
  /** How a reader refers to a tag or digest here; without one, to the repository or layout itself. */
  describe(key?: string): string;
}

/**
 * Opens what a person names: `host/repository[:tag][@digest]`, `oci-layout:DIR|FILE.tar[:host/repository][:tag]`, or a name that stands in the
 * default registry or a scope (`pdf@1.2.0`, `@acme/pdf`).
 *
 * @throws SkillsError ERR_REFERENCE_INVALID for what is neither in a registry nor a layout, and for what looks like a file; ERR_NO_VERSION
 *   for a range that nothing satisfies; ERR_OFFLINE.
 */
export async function openEndpoint(context: Context, text: string, use: RepositoryOptions = {}): Promise<Endpoint> {
  refuseFileLike(text, context.settings.cwd, use.writes === true);
  const spec = parseSpec(text);
  if (spec.kind === 'layout') return openLayoutEndpoint(context, spec);
  const range = spec.kind === 'oci' || spec.kind === 'name' ? spec.range : '';
  const reference = spec.kind === 'oci' ? spec.reference : parseReference(await placeOf(context, spec));
  return atRange(await openRemote(context, reference, use), range, context);
}

async function placeOf(context: Context, spec: Spec): Promise<string> {
  return spec.kind === 'name' ? locate(context, spec) : spec.raw;
}

/** What an endpoint's tag or digest stands for. @throws SkillsError ERR_USAGE without one; ERR_NOT_FOUND */
export function resolveEndpoint(context: Context, endpoint: Endpoint): Promise<Descriptor> {
  return endpoint.target.resolve(requireKey(endpoint), { signal: context.signal });
}

/** The tag or digest that was named. @throws SkillsError ERR_USAGE */
export function requireKey({ key, describe }: Endpoint): string {
  if (key !== undefined) return key;
  throw new SkillsError('ERR_USAGE', `${describe()} names no tag and no digest`, {
    hint: `add one, as in ${describe('1.0.0')}; "skills tags ${describe()}" lists what there is`,
  });
}

function openLayoutEndpoint({ settings }: Context, { path, repository, key }: LayoutSpec): Endpoint {
  const file = resolve(settings.cwd, path);
  const layout = openLayoutAt(file);
  const place = `oci-layout:${file}${repository === undefined ? '' : `:${repository}`}`;
  return {
    kind: isArchivePath(file) ? 'archive' : 'layout',
    layout,
    target: repository === undefined ? layout : new NamedLayout(layout).repository(repository),
    key,
    leaf: repository === undefined ? undefined : lastSegment(repository),
    describe: (tag) => `${place}${tag === undefined ? '' : `${joint(tag)}${tag}`}`,
  };
}

async function openRemote(
  context: Context,
  { registry, repository, tag, digest }: Reference,
  use: RepositoryOptions,
): Promise<Endpoint> {
  context.requireNetwork(`the registry ${registry}`);
  const place = { registry, repository };
  return {
    kind: 'registry',
    target: (await context.registries())(registry).repository(repository, use),
    key: digest ?? tag,
    repository: place,
    leaf: lastSegment(repository),
    describe: (key) => formatReference(place) + (key === undefined ? '' : `${joint(key)}${key}`),
  };
}

/** A range means the newest version that satisfies it, as it does for install; what is no range is a tag or digest. */
async function atRange(endpoint: Endpoint, range: string, { signal }: Context): Promise<Endpoint> {
  const { target } = endpoint;
  if (range === '') return endpoint;
  const exact = versionOfTag(range);
  if (exact || isDigest(range) || !canListTags(target)) return { ...endpoint, key: exact ? tagOf(exact) : range };
  const all = await Array.fromAsync(target.tags({ signal }));
  const tags = versionTags(all);
  const version = newestMatching(range, [...tags.keys()]);
  if (version !== undefined) return { ...endpoint, key: tags.get(version) ?? range };
  if (readSelector(range).kind !== 'range' || all.includes(range)) return { ...endpoint, key: range };
  throw noVersion(endpoint.describe(), range, [...tags.keys()]);
}

/** Between a repository and its tag, or its digest. */
function joint(key: string): string {
  return key.includes(':') ? '@' : ':';
}
