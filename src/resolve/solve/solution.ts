import type { PackageDependency, SkippedDependency, Solution, SolvedDependency, SolvedPackage } from './port.ts';
import { constraintOf } from './search.ts';
import type { Decision, State } from './state.ts';
import { grants } from './universe.ts';

/** The answer that a finished state is. */
export function readSolution(state: State, skipped: readonly SkippedDependency[]): Solution {
  const dependencies = new Map(
    [...state.decisions.values()].map((decision) => [decision.packageId, answerAll(decision, state)] as const),
  );
  const sorted = [...state.decisions.values()].sort((a, b) => (a.packageId < b.packageId ? -1 : 1));
  const packages = sorted.map((decision) => readPackage(decision, dependencies, state));
  return { packages: new Map(packages.map((found) => [found.packageId, found])), skipped };
}

function readPackage(
  { packageId, name, candidate }: Decision,
  dependencies: ReadonlyMap<string, readonly SolvedDependency[]>,
  state: State,
): SolvedPackage {
  const root = state.constraintsOn(packageId).find(({ origin }) => origin === undefined);
  const requiredBy = [...dependencies]
    .filter(([id, list]) => id !== packageId && list.some(({ satisfiedBy }) => satisfiedBy === packageId))
    .map(([id]) => state.decisions.get(id)?.name ?? id);
  return {
    packageId,
    name,
    version: candidate.version,
    key: candidate.key,
    digest: candidate.manifest.digest,
    direct: root !== undefined,
    range: root?.range,
    requiredBy: requiredBy.sort(),
    dependencies: dependencies.get(packageId) ?? [],
  };
}

function answerAll({ packageId, candidate }: Decision, state: State): readonly SolvedDependency[] {
  return candidate.manifest.dependencies.map((dependency) => ({
    ...dependency,
    satisfiedBy: answer(packageId, dependency, state),
  }));
}

function answer(origin: string, dependency: PackageDependency, state: State): string | undefined {
  const standIn = state.standInFor(constraintOf(origin, dependency));
  if (standIn !== undefined) return standIn;
  const chosen = state.decisions.get(dependency.packageId)?.candidate;
  return chosen && grants(chosen, dependency) ? dependency.packageId : undefined;
}
