import { SkillsError } from '../../core/index.ts';
import type { Failure } from './explain.ts';
import type { PackageDependency } from './port.ts';
import type { Constraint, Decision, State } from './state.ts';
import { type Candidate, grants, type Universe } from './universe.ts';

/** Packages whose choice led to a dead end: only another choice there can help. */
type Culprits = Set<string>;

const maxSteps = 250_000;
const maxFailures = 64;

/**
 * Searches one version for every package that is required: depth first, in the order of first requirement, from the best version down.
 *
 * Complete: every combination is tried that could be a solution. A dead end names the packages that caused it, and the search jumps
 * back to the last of them (conflict-directed backjumping, Prosser 1993), as no other choice in between can change anything.
 */
export class Search {
  readonly failures = new Map<string, Failure>();
  readonly #universe: Universe;
  readonly #state: State;
  readonly #signal: AbortSignal | undefined;
  #steps = 0;

  constructor(universe: Universe, state: State, signal?: AbortSignal) {
    this.#universe = universe;
    this.#state = state;
    this.#signal = signal;
  }

  /** Decides all that is open. Undefined when done; else who is to blame, and the state is as it was before. */
  async extend(): Promise<Culprits | undefined> {
    const packageId = this.#state.nextOpen();
    return packageId === undefined ? undefined : this.#choose(packageId);
  }

  /** Whether one more constraint holds, or can be made to by deciding more; nothing that is decided changes. */
  async fits(constraint: Constraint): Promise<boolean> {
    if (this.#state.standInFor(constraint) !== undefined) return true;
    const candidate = this.#state.decisions.get(constraint.packageId)?.candidate;
    if (!candidate) return (await this.extend()) === undefined;
    if (grants(candidate, constraint)) return true;
    this.#fail('version', this.#state.bindingOn(constraint.packageId));
    return false;
  }

  async #choose(packageId: string): Promise<Culprits | undefined> {
    const constraints = this.#state.bindingOn(packageId);
    const name = constraints[0]?.name ?? packageId;
    const culprits = this.#blame(constraints);
    const holder = this.#state.holderOf(name);
    if (holder !== undefined) {
      this.#fail('name', constraints, holder);
      return culprits.add(holder);
    }
    let tried = 0;
    for (const key of await this.#universe.keys(packageId, constraints)) {
      this.#step();
      const candidate = await this.#universe.candidate(packageId, key);
      if (!candidate || !constraints.every((constraint) => grants(candidate, constraint))) continue;
      tried++;
      const blamed = await this.#try({ packageId, name, candidate });
      if (!blamed) return undefined;
      if (!blamed.delete(packageId)) return blamed;
      for (const id of blamed) culprits.add(id);
    }
    if (tried === 0) this.#fail('version', constraints);
    return culprits;
  }

  /** Takes one candidate and goes on. */
  async #try(decision: Decision): Promise<Culprits | undefined> {
    const added = dependenciesOf(decision);
    this.#state.decide(decision, added);
    for (const { packageId } of added) {
      if (!this.#state.decisions.has(packageId)) this.#universe.foresee(packageId, this.#state.bindingOn(packageId));
    }
    const blamed = (await this.#clash(decision, added)) ?? (await this.extend());
    if (blamed) this.#state.undo(decision, added);
    return blamed;
  }

  /** Whether what is chosen and required already refuses the new decision: seen here, not many decisions later. */
  async #clash(decision: Decision, added: readonly Constraint[]): Promise<Culprits | undefined> {
    // With the last root it is known which stand-ins there are: what waited for that is looked at now.
    const last = this.#state.isRoot(decision.packageId) && this.#state.rootsDecided && this.#state.standIns.size > 0;
    const packages = last ? this.#state.required() : new Set(added.map(({ packageId }) => packageId));
    for (const packageId of packages) {
      const binding = this.#state.bindingOn(packageId);
      const refused = await this.#refused(packageId, binding);
      if (refused.length === 0) continue;
      this.#fail('version', binding);
      const culprits = this.#blame(refused);
      return this.#state.decisions.has(packageId) ? culprits.add(packageId) : culprits;
    }
    return undefined;
  }

  /** The constraints that cannot be granted: by the chosen version, or, where none is chosen, by any that is published. */
  async #refused(packageId: string, binding: readonly Constraint[]): Promise<readonly Constraint[]> {
    const candidate = this.#state.decisions.get(packageId)?.candidate;
    if (candidate) return binding.filter((constraint) => !grants(candidate, constraint));
    if (binding.length === 0 || (await this.#universe.keys(packageId, binding)).length > 0) return [];
    return binding;
  }

  #blame(constraints: readonly Constraint[]): Culprits {
    const culprits: Culprits = new Set();
    for (const { origin, name } of constraints) {
      if (origin === undefined) continue;
      culprits.add(origin);
      for (const root of this.#state.standIns.get(name) ?? []) culprits.add(root);
    }
    return culprits;
  }

  #fail(kind: Failure['kind'], constraints: readonly Constraint[], holder?: string): void {
    if (this.failures.size >= maxFailures) return;
    const all = holder === undefined ? constraints : [...constraints, ...this.#state.bindingOn(holder)];
    const chains = all.map((constraint) => this.#chain(constraint));
    const id = JSON.stringify([kind, all.map(({ packageId }) => packageId), chains]);
    if (!this.failures.has(id)) this.failures.set(id, { kind, constraints: all, chains });
  }

  /** Who asks, and why that one is there: `report 2.0.0`, `skills.json`. */
  #chain(constraint: Constraint): readonly string[] {
    const chain: string[] = [];
    const seen = new Set<string>();
    for (let current: Constraint | undefined = constraint; current; ) {
      chain.push(this.#asker(current));
      const origin: string | undefined = current.origin;
      if (origin === undefined || seen.has(origin)) break;
      seen.add(origin);
      current = this.#state.constraintsOn(origin)[0];
    }
    return chain;
  }

  #asker({ origin, from }: Constraint): string {
    const decision = origin === undefined ? undefined : this.#state.decisions.get(origin);
    return decision ? labelOf(decision.name, decision.candidate) : from;
  }

  #step(): void {
    this.#signal?.throwIfAborted();
    if (++this.#steps <= maxSteps) return;
    throw new SkillsError('ERR_CONFLICT', `no solution was found in ${maxSteps} steps`, {
      hint: 'narrow the ranges in skills.json, so that fewer versions have to be tried',
    });
  }
}

/** What the chosen version requires. Optional ones are looked at when all else is decided. */
function dependenciesOf({ packageId, candidate }: Decision): readonly Constraint[] {
  return candidate.manifest.dependencies
    .filter((dependency) => !dependency.optional && dependency.packageId !== packageId)
    .map((dependency) => constraintOf(packageId, dependency));
}

export function constraintOf(origin: string, { packageId, name, range }: PackageDependency): Constraint {
  return { packageId, name, range, origin, from: origin };
}

function labelOf(name: string, { key, version }: Candidate): string {
  return `${name} ${version ?? key}`.trim();
}
