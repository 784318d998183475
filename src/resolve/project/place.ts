import { lastSegment, looksLikeRegistry, SkillsError } from '../../core/index.ts';
import { sourceOf } from '../specs/format.ts';
import { formatGit } from '../specs/git.ts';
import { parseSpec } from '../specs/parse.ts';
import { formatLayout } from '../specs/paths.ts';
import type { GitSpec, LayoutSpec, NameSpec, Spec } from '../specs/spec.ts';

/** What names mean in a project: its skills.json first, then the machine's configuration. */
export interface NamePlaces {
  /** `@acme` → registry prefix. */
  readonly scopes: ReadonlyMap<string, string>;
  /** The registry prefix that bare names are looked for in. */
  readonly defaultRegistry?: string | undefined;
}

export interface DependencyPlaces extends NamePlaces {
  /** Names that the project itself lists, with their packageIds: what it says of a name counts for its dependencies too. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
}

/**
 * The packageId of a spec: the repository for a name or a reference, the source of everything else.
 *
 * @throws SkillsError ERR_NO_REGISTRY for a name that nothing says where to look for.
 */
export function placeSpec(spec: Spec, places: NamePlaces): string {
  if (spec.kind !== 'name') return sourceOf(spec);
  const prefix = spec.scope === undefined ? places.defaultRegistry : places.scopes.get(spec.scope);
  if (prefix === undefined) throw noRegistry(spec);
  return `${prefix}/${spec.name}`;
}

/**
 * Where a dependency `name` of the skill `dependent` is looked for, as packageIds, best first; the first that exists is taken.
 *
 * 1. The project's own entry of that name, alone: `overrides`.
 * 2. `@scope/name`: the scope's registry, alone. A scope that is mapped nowhere gives nothing.
 * 3. Beside the dependent: `<registry>/<prefix>/<x>` → `<registry>/<prefix>/<name>`; the same for folders, layouts and a git path.
 *    A skill's author knows its neighbours, and a name of the default registry must not stand in for one (dependency confusion).
 * 4. The default registry.
 *
 * A name that is no bare or scoped name (`ghcr.io/acme/skills/pdf`, `owner/repo`) says itself where it lies. A path among them would be read
 * on the machine of whoever installs, and gives nothing.
 */
export function placeDependency(dependent: string, name: string, places: DependencyPlaces): readonly string[] {
  const spec = parseSpec(name);
  if (isOfThisMachine(spec)) return [];
  if (spec.kind !== 'name') return [places.overrides?.get(lastSegment(sourceOf(spec))) ?? sourceOf(spec)];
  const override = places.overrides?.get(spec.name);
  if (override !== undefined) return [override];
  if (spec.scope !== undefined) {
    const prefix = places.scopes.get(spec.scope);
    return prefix === undefined ? [] : [`${prefix}/${spec.name}`];
  }
  const fallback = places.defaultRegistry === undefined ? undefined : `${places.defaultRegistry}/${spec.name}`;
  return [...new Set([besideOf(dependent, spec.name), fallback])].filter((place) => place !== undefined);
}

/** Whether a spec is read on the machine of whoever installs: what comes from elsewhere must not name such a thing. */
export function isOfThisMachine(spec: Spec): boolean {
  if (spec.kind === 'git' || spec.kind === 'url') return /^(?:file:|[/.~]|[A-Za-z]:[\\/])/i.test(spec.url);
  return spec.kind === 'folder' || spec.kind === 'file' || spec.kind === 'layout';
}

/** The error for a dependency that {@link placeDependency} finds no place for. */
export function noPlace(dependent: string, name: string): SkillsError {
  return new SkillsError('ERR_NO_REGISTRY', `${dependent} needs ${name}, and nothing says where to look for it`, {
    hint: 'add a registry (skills registry add <name> <host/path>), map its scope, or list the skill with its source in skills.json',
    data: { dependent, name },
  });
}

/** The packageId of `name` in the same place as `packageId`; undefined where nothing can lie beside it. */
function besideOf(packageId: string, name: string): string | undefined {
  const spec = parseSpec(packageId);
  switch (spec.kind) {
    case 'oci':
      return besideRepository(packageId, name);
    case 'layout':
      return besideLayout(spec, name);
    case 'folder':
      return replaceLast(spec.path, name, (path) => path);
    case 'git':
      return besideFolder(spec, name);
    default:
      return undefined;
  }
}

/** In a layout of several repositories beside the repository; else beside the layout. */
function besideLayout({ path, repository }: LayoutSpec, name: string): string | undefined {
  if (repository === undefined) return replaceLast(path, name, (each) => formatLayout({ kind: 'layout', path: each }));
  return replaceLast(repository, name, (each) => formatLayout({ kind: 'layout', path, repository: each }));
}

function besideRepository(packageId: string, name: string): string | undefined {
  const slash = packageId.lastIndexOf('/');
  return looksLikeRegistry(packageId.slice(0, packageId.indexOf('/')))
    ? `${packageId.slice(0, slash)}/${name}`
    : undefined;
}

function besideFolder(spec: GitSpec, name: string): string | undefined {
  if (spec.path === undefined) return undefined;
  const slash = spec.path.lastIndexOf('/');
  return formatGit({ ...spec, path: `${spec.path.slice(0, slash + 1)}${name}` });
}

function replaceLast(path: string, name: string, write: (path: string) => string): string | undefined {
  const [, parent] = /^(.*[\\/])[^\\/]+$/.exec(path) ?? [];
  return parent === undefined || path.endsWith('..') ? undefined : write(`${parent}${name}`);
}

function noRegistry(spec: NameSpec): SkillsError {
  const typed = sourceOf({ raw: '', ...spec });
  const scope = spec.scope === undefined ? '' : ` --scope ${spec.scope}`;
  return new SkillsError(
    'ERR_NO_REGISTRY',
    `${typed} is a bare name, and no registry is configured to look for it in`,
    {
      hint: `run: skills registry add <name> <host/path>${scope}; or name the source: ghcr.io/acme/skills/${spec.name}, owner/repo`,
      data: { name: typed },
    },
  );
}
