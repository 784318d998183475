import { SkillsError } from '../../core/index.ts';
import { explain } from './explain.ts';
import type { Requirement, SkippedDependency, Solution, SolveOptions, VersionPort } from './port.ts';
import { constraintOf, Search } from './search.ts';
import { readSolution } from './solution.ts';
import { type StandIns, State } from './state.ts';
import { Universe } from './universe.ts';

/**
 * Chooses one version for each package that the project needs: for the first requirement the newest that any solution has, then for the
 * second, and so on; a preferred (locked) version goes before newer ones. The same questions always get the same answer.
 *
 * - Prereleases as npm's ranges; where the newest is asked for, only if no release leads to a solution.
 * - Cycles are allowed. One package a name.
 * - Optional dependencies are added at the end, one after the other, where they fit what is chosen; they change nothing of it.
 * - `provides`: a dependency is answered by a package that the project itself asks for and whose chosen version stands in for the name.
 *
 * @throws SkillsError ERR_NO_VERSION or ERR_CONFLICT, explained; ERR_NOT_FOUND for a package of the project that does not exist;
 *   and whatever the port throws
 */
export async function solve(
  roots: readonly Requirement[],
  port: VersionPort,
  options: SolveOptions = {},
): Promise<Solution> {
  const universe = new Universe(port, options.prefer);
  for (const root of roots) universe.foresee(root.packageId, [root]);
  refuseTwins(roots);
  const first = await attempt(roots, universe, await findStandIns(roots, universe, 1), options);
  if (first.solved) return finish(first.state, first.search, universe);
  // Only now the versions of the roots that were not tried are asked what they stand in for: it is seldom needed.
  const standIns = await findStandIns(roots, universe, Number.POSITIVE_INFINITY);
  if (countStandIns(standIns) > countStandIns(first.state.standIns)) {
    const second = await attempt(roots, universe, standIns, options);
    if (second.solved) return finish(second.state, second.search, universe);
  }
  const missing = roots.map(({ packageId }) => universe.missing(packageId)).find((error) => error !== undefined);
  throw missing ?? (await explain(first.search.failures.values(), universe));
}

async function attempt(
  roots: readonly Requirement[],
  universe: Universe,
  standIns: StandIns,
  { signal }: SolveOptions,
): Promise<{ solved: boolean; state: State; search: Search }> {
  const state = new State(roots, standIns);
  const search = new Search(universe, state, signal);
  return { solved: (await search.extend()) === undefined, state, search };
}

/** Names that the best `depth` versions of each root stand in for. */
async function findStandIns(roots: readonly Requirement[], universe: Universe, depth: number): Promise<StandIns> {
  const found = new Map<string, Set<string>>();
  const answers = await Promise.all(
    roots.map(async (root) => {
      const keys = (await universe.keys(root.packageId, [root])).slice(0, depth);
      return Promise.all(keys.map((key) => universe.candidate(root.packageId, key)));
    }),
  );
  for (const [index, candidates] of answers.entries()) {
    for (const name of candidates.flatMap((found) => Object.keys(found?.manifest.provides ?? {}))) {
      const packages = found.get(name) ?? new Set();
      found.set(name, packages.add(roots[index]?.packageId ?? ''));
    }
  }
  return found;
}

function countStandIns(standIns: StandIns): number {
  return [...standIns.values()].reduce((sum, packages) => sum + packages.size, 0);
}

/** Adds what is optional, where it fits. */
async function finish(state: State, search: Search, universe: Universe): Promise<Solution> {
  const skipped: SkippedDependency[] = [];
  // The map grows while it is walked: what an optional dependency brings is looked at too.
  for (const decision of state.decisions.values()) {
    for (const dependency of decision.candidate.manifest.dependencies) {
      if (!dependency.optional || dependency.packageId === decision.packageId) continue;
      const constraint = constraintOf(decision.packageId, dependency);
      search.failures.clear();
      state.require(constraint);
      if (await search.fits(constraint)) continue;
      state.release(constraint);
      const why = (await explain(search.failures.values(), universe)).message;
      const { packageId, name, range } = dependency;
      skipped.push({ packageId, name, range, requiredBy: decision.name, why });
    }
  }
  return readSolution(state, skipped);
}

/** Two sources for one name, both asked for by the project itself. */
function refuseTwins(roots: readonly Requirement[]): void {
  const seen = new Map<string, string>();
  for (const { name, packageId } of roots) {
    const other = seen.get(name) ?? packageId;
    seen.set(name, packageId);
    if (other === packageId) continue;
    throw new SkillsError('ERR_CONFLICT', `Two skills are called ${name}: ${other} and ${packageId}`, {
      hint: 'one place holds one skill of a name: leave one of them out',
      data: { name, packages: [other, packageId] },
    });
  }
}
