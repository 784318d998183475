import { resolve } from 'node:path';
import { canListTags, lastSegment, SkillsError, type Target } from '../../../core/index.ts';
import { NamedLayout, openLayoutAt } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';
import { tagChooser } from './choose-tags.ts';
import { loadIntoStore } from './load-into-store.ts';
import { formatNamespace, parseNamespace } from './namespace.ts';
import { copyRepositories, type RepositoryReport } from './repositories.ts';
import { type CopyCounts, sumCounts } from './tally.ts';

export interface LoadBundleOptions {
  /** Registry prefix, `registry.example.com/skills`; without it the skills go into this machine's store. */
  readonly to?: string | undefined;
  /** Keep the whole path of each skill below the prefix, not its last part alone. */
  readonly keepPaths?: boolean | undefined;
  /** Let versions in the registry stand for other content than they do. */
  readonly force?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
  /** Pieces of content on their way at once; 8 by default. */
  readonly concurrency?: number | undefined;
}

export interface LoadBundleReport {
  readonly file: string;
  /** A registry prefix, or the store's folder. */
  readonly to: string;
  readonly dryRun: boolean;
  readonly repositories: readonly RepositoryReport[];
  readonly counts: CopyCounts;
}

/** Brings a bundle's skills, with all that refers to them, into another registry or into the store of this machine. */
export async function loadBundle(
  context: Context,
  file: string,
  options: LoadBundleOptions = {},
): Promise<LoadBundleReport> {
  const path = resolve(context.settings.cwd, file.replace(/^oci-layout:/, ''));
  const bundle = new NamedLayout(openLayoutAt(path));
  const names = bundle.repositoryNames();
  if (names.length === 0) throw await noBundle(path);
  const { dryRun = false } = options;
  const [to, repositories] =
    options.to === undefined
      ? await loadIntoStore(context, bundle, dryRun)
      : await loadIntoRegistry(context, bundle, options.to, options);
  return { file: path, to, dryRun, repositories, counts: sumCounts(repositories.map(({ counts }) => counts)) };
}

async function loadIntoRegistry(
  context: Context,
  bundle: NamedLayout,
  prefix: string,
  { keepPaths = false, force, dryRun, concurrency = 8 }: LoadBundleOptions,
): Promise<readonly [string, readonly RepositoryReport[]]> {
  context.requireNetwork(`the registry of ${prefix}`);
  const namespace = parseNamespace(prefix);
  const registry = (await context.registries())(namespace.registry);
  const start = formatNamespace(namespace);
  const targets = placesFor(bundle.repositoryNames(), keepPaths);
  const pairs = [...targets].map(([from, rest]) => {
    const repository = namespace.prefix === '' ? rest : `${namespace.prefix}/${rest}`;
    const destination: Target = registry.repository(repository, { writes: true });
    return { from, to: `${start}/${rest}`, source: bundle.repository(from), destination };
  });
  const options = { choose: tagChooser({ allTags: true }), referrers: true, force, dryRun, concurrency };
  return [start, await copyRepositories(context, pairs, options)];
}

/** What each repository is called below the prefix. @throws SkillsError ERR_CONFLICT where two would be one */
function placesFor(names: readonly string[], keepPaths: boolean): ReadonlyMap<string, string> {
  const restOf = (name: string) => (keepPaths ? name.slice(name.indexOf('/') + 1) : lastSegment(name));
  const taken = new Map<string, string>();
  for (const name of names) {
    const other = taken.get(restOf(name));
    if (other !== undefined) {
      throw new SkillsError('ERR_CONFLICT', `${other} and ${name} would both become ${restOf(name)}`, {
        hint: keepPaths
          ? 'copy one of them by "skills copy" to a place of its own'
          : 'keep their paths apart: --keep-paths',
        data: { names: [other, name] },
      });
    }
    taken.set(restOf(name), name);
  }
  return new Map(names.map((name) => [name, restOf(name)]));
}

async function noBundle(path: string): Promise<SkillsError> {
  const layout = openLayoutAt(path);
  if (!layout.present) return new SkillsError('ERR_NOT_FOUND', `${path}: there is no such bundle`, { data: { path } });
  const [tag] = canListTags(layout) ? await Array.fromAsync(layout.tags()) : [];
  return new SkillsError('ERR_ARTIFACT_INVALID', `${path}: is no bundle: its names are no whole references`, {
    hint: tag === undefined ? 'it lists nothing' : `copy what is in it: skills copy -r oci-layout:${path}:${tag} …`,
  });
}
