import type { Requirement } from './port.ts';
import { type Candidate, grants, type Wish } from './universe.ts';

/** A requirement on a package: of the project (`origin` undefined), or of the chosen version of another package. */
export interface Constraint extends Wish {
  readonly packageId: string;
  readonly name: string;
  readonly range: string;
  readonly origin: string | undefined;
  readonly from: string;
}

/** A package and the version chosen for it. */
export interface Decision {
  readonly packageId: string;
  readonly name: string;
  readonly candidate: Candidate;
}

/** Names that some version of a package of the project can stand in for, and those packages. */
export type StandIns = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What is chosen and required so far. Everything that is put in can be taken out again in the opposite order.
 *
 * A stand-in counts only if the project itself asks for it: otherwise any dependency could put itself in the place of another
 * skill by claiming its name.
 */
export class State {
  readonly decisions = new Map<string, Decision>();
  readonly #constraints = new Map<string, Constraint[]>();
  readonly #holders = new Map<string, string>();
  /** What the chosen packages of the project stand in for. */
  readonly #provides = new Map<string, Readonly<Record<string, string>>>();
  readonly #roots: ReadonlySet<string>;
  readonly standIns: StandIns;

  constructor(requirements: readonly Requirement[], standIns: StandIns) {
    this.#roots = new Set(requirements.map(({ packageId }) => packageId));
    this.standIns = standIns;
    for (const { packageId, name, range, key, from = 'skills.json' } of requirements) {
      this.require({ packageId, name, range, key, origin: undefined, from });
    }
  }

  isRoot(packageId: string): boolean {
    return this.#roots.has(packageId);
  }

  get rootsDecided(): boolean {
    return [...this.#roots].every((root) => this.decisions.has(root));
  }

  require(constraint: Constraint): void {
    const list = this.#constraints.get(constraint.packageId);
    if (list) list.push(constraint);
    else this.#constraints.set(constraint.packageId, [constraint]);
  }

  /** Takes the last constraint on its package out again. */
  release({ packageId }: Constraint): void {
    const list = this.#constraints.get(packageId);
    list?.pop();
    // The order of packages is that of their first requirement: an empty list must not keep its place.
    if (list?.length === 0) this.#constraints.delete(packageId);
  }

  decide(decision: Decision, constraints: readonly Constraint[]): void {
    this.decisions.set(decision.packageId, decision);
    this.#holders.set(decision.name, decision.packageId);
    const { provides } = decision.candidate.manifest;
    if (provides && this.isRoot(decision.packageId)) this.#provides.set(decision.packageId, provides);
    for (const constraint of constraints) this.require(constraint);
  }

  undo(decision: Decision, constraints: readonly Constraint[]): void {
    for (const constraint of constraints.toReversed()) this.release(constraint);
    this.#provides.delete(decision.packageId);
    this.#holders.delete(decision.name);
    this.decisions.delete(decision.packageId);
  }

  /** The chosen package that has a name. */
  holderOf(name: string): string | undefined {
    return this.#holders.get(name);
  }

  constraintsOn(packageId: string): readonly Constraint[] {
    return this.#constraints.get(packageId) ?? [];
  }

  /** The constraints that a version must grant now. One that a stand-in answers, or still may answer, is none. */
  bindingOn(packageId: string): readonly Constraint[] {
    return this.constraintsOn(packageId).filter((constraint) => this.#binds(constraint));
  }

  /** All packages that are required, chosen or not. */
  required(): readonly string[] {
    return [...this.#constraints.keys()];
  }

  /** The package that is required and not chosen, the first of them in the order of first requirement. */
  nextOpen(): string | undefined {
    for (const id of this.#constraints.keys()) {
      if (!this.decisions.has(id) && this.bindingOn(id).length > 0) return id;
    }
    return undefined;
  }

  /** The package of the project whose chosen version stands in. */
  standInFor({ packageId, name, range, key }: Constraint): string | undefined {
    for (const [root, provides] of this.#provides) {
      const provided = provides[name];
      if (root === packageId || provided === undefined) continue;
      if (grants({ key: provided, version: provided, manifest: { dependencies: [] } }, { range, key })) return root;
    }
    return undefined;
  }

  #binds(constraint: Constraint): boolean {
    if (constraint.origin === undefined) return true;
    if (this.standInFor(constraint) !== undefined) return false;
    // A root that is not chosen yet may stand in for it: that is seen when all are.
    return !this.standIns.has(constraint.name) || this.rootsDecided;
  }
}
