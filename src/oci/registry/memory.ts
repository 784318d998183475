/** Milliseconds for which what was learnt of a registry holds: a service runs for months, and registries are upgraded. */
const lifetime = 15 * 60_000;

interface Learnt {
  readonly supported: boolean;
  readonly until: number;
}

/** What was learnt of one registry: which of its repositories keep referrers, and who is at work on a list of them. */
export class Memory {
  readonly #repositories = new Map<string, Learnt>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #supports: Learnt | undefined;

  /** Whether a repository is known to keep referrers by itself, or not to. */
  referrersApi(repository: string): boolean | undefined {
    const own = valid(this.#repositories.get(repository));
    return own?.supported ?? valid(this.#supports)?.supported;
  }

  /**
   * A registry that has the API has it for all repositories. That one repository lacks it says nothing of others: some
   * pass on to other registries.
   */
  learnReferrersApi(repository: string, supported: boolean): void {
    const learnt = { supported, until: Date.now() + lifetime };
    this.#repositories.set(repository, learnt);
    if (supported) this.#supports = learnt;
  }

  /** Lets work under one key be done by one after the other. */
  async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }
}

function valid(learnt: Learnt | undefined): Learnt | undefined {
  return learnt && learnt.until > Date.now() ? learnt : undefined;
}
