import { resolve } from 'node:path';
import { type Registry, SkillsError, type Target } from '../../../core/index.ts';
import { ArchiveTarget, NamedLayout, openLayoutAt } from '../../../oci/index.ts';
import { parseSpec } from '../../../resolve/index.ts';
import type { Context } from '../../context.ts';
import { globMatcher, type TagChoice, tagChooser } from './choose-tags.ts';
import { formatNamespace, listNamespace, type Namespace, parseNamespace } from './namespace.ts';
import {
  copyRepositories,
  type RepositoriesOptions,
  type RepositoryPair,
  type RepositoryReport,
} from './repositories.ts';
import { type CopyCounts, sumCounts } from './tally.ts';

export interface MirrorOptions extends TagChoice {
  /** Patterns for repositories, without what all begin with; one must match. */
  readonly filter?: readonly string[] | undefined;
  /** What refers to artifacts too. Default true. */
  readonly referrers?: boolean | undefined;
  /** Let versions in the destination stand for other content than they do. */
  readonly force?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
  /** Pieces of content on their way at once; 12 by default. */
  readonly concurrency?: number | undefined;
}

export interface MirrorReport {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly repositories: readonly RepositoryReport[];
  readonly counts: CopyCounts;
}

/** Where the repositories of a mirror go. */
interface Mirror {
  readonly to: string;
  nameOf(from: string, rest: string): string;
  /** Opens all of it for the work; a tar is written once. */
  open<T>(work: (repository: (name: string) => Target) => Promise<T>): Promise<T>;
}

/**
 * Copies all repositories of a namespace to another one, or into one layout. What is there already is not copied again, so
 * that a run that was broken off is gone on with by running it again.
 *
 * @throws SkillsError ERR_NOT_FOUND where nothing is known there, or nothing matches the filter; ERR_UNAUTHORISED, ERR_REGISTRY
 */
export async function mirror(
  context: Context,
  from: string,
  to: string,
  { referrers = true, concurrency = 12, filter, force, dryRun = false, ...choice }: MirrorOptions = {},
): Promise<MirrorReport> {
  context.requireNetwork(`the registry of ${from}`);
  const namespace = parseNamespace(from);
  const destination = await openMirror(context, to);
  const names = await chooseRepositories(context, namespace, destination.to, filter ?? []);
  const registry = (await context.registries())(namespace.registry);
  const options: RepositoriesOptions = { choose: tagChooser(choice), referrers, force, dryRun, concurrency };
  const pairOf = (name: string, repository: (name: string) => Target): RepositoryPair => {
    const full = formatNamespace({ registry: namespace.registry, prefix: name });
    const target = destination.nameOf(full, restOf(name, namespace.prefix));
    return { from: full, to: target, source: registry.repository(name), destination: repository(target) };
  };
  const copyAll = (repository: (name: string) => Target) =>
    copyRepositories(
      context,
      names.map((name) => pairOf(name, repository)),
      options,
    );
  const repositories = await destination.open(copyAll);
  const counts = sumCounts(repositories.map((each) => each.counts));
  return { from: formatNamespace(namespace), to: destination.to, dryRun, repositories, counts };
}

/** Those that match. Where a namespace is mirrored into itself, the copies there are not copied again. */
async function chooseRepositories(
  context: Context,
  namespace: Namespace,
  to: string,
  filter: readonly string[],
): Promise<readonly string[]> {
  const from = formatNamespace(namespace);
  if (to === from) throw new SkillsError('ERR_USAGE', `${from} cannot be mirrored to itself`);
  const matches = filter.length > 0 ? globMatcher(filter) : () => true;
  const isCopy = (name: string) => to.startsWith(`${from}/`) && `${namespace.registry}/${name}`.startsWith(`${to}/`);
  const names = await listNamespace(context, namespace);
  const chosen = names.filter((name) => matches(restOf(name, namespace.prefix)));
  if (chosen.length > 0) return chosen.filter((name) => !isCopy(name));
  const rests = names.map((name) => restOf(name, namespace.prefix));
  throw noMatch(from, filter, rests);
}

/** Repositories that a message names. */
const mostNamed = 8;

/** A misspelled filter must not look like a mirror that is up to date. */
function noMatch(from: string, filter: readonly string[], names: readonly string[]): SkillsError {
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  return new SkillsError('ERR_NOT_FOUND', `no repository below ${from} matches ${filter.join(', ')}`, {
    hint: `there are ${names.slice(0, mostNamed).join(', ')}${more}`,
  });
}

/** What follows the namespace in a repository's name; its last segment where it is the namespace itself. */
function restOf(name: string, prefix: string): string {
  if (prefix === '') return name;
  return name === prefix ? name.slice(name.lastIndexOf('/') + 1) : name.slice(prefix.length + 1);
}

async function openMirror(context: Context, to: string): Promise<Mirror> {
  if (to.startsWith('oci-layout:')) return openLayoutMirror(context, to);
  const namespace = parseNamespace(to);
  const registry = (await context.registries())(namespace.registry);
  const start = formatNamespace(namespace);
  return {
    to: start,
    nameOf: (_, rest) => `${start}/${rest}`,
    open: (work) => work((name) => open(registry, name.slice(namespace.registry.length + 1))),
  };
}

function open(registry: Registry, name: string): Target {
  return registry.repository(name, { writes: true });
}

/** In a layout each repository keeps its whole name, so that the layout can be loaded elsewhere. */
function openLayoutMirror({ settings }: Context, to: string): Mirror {
  const spec = parseSpec(to);
  if (spec.kind !== 'layout' || spec.key !== undefined || spec.repository !== undefined) {
    throw new SkillsError('ERR_USAGE', `${to}: a mirror is a whole layout`, {
      hint: 'write oci-layout:DIR, without a tag',
    });
  }
  const path = resolve(settings.cwd, spec.path);
  const layout = openLayoutAt(path);
  return {
    to: `oci-layout:${path}`,
    nameOf: (from) => from,
    open: (work) => {
      const within = (inside: typeof layout) => work((name) => new NamedLayout(inside).repository(name));
      return layout instanceof ArchiveTarget ? layout.change(within) : within(layout);
    },
  };
}
