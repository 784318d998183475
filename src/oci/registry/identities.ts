import type { CredentialSource, Credentials } from '../credentials/index.ts';

/** Who asks: one object for the same credentials, however many repositories they are for. */
export interface Identity {
  /** Undefined for nobody in particular. May be replaced: token services renew identity tokens. */
  credentials: Credentials | undefined;
  /** What was found at first, to know it again. */
  readonly key: string;
}

/** Milliseconds for which a source is not asked again: long enough for a burst, short enough for a login meanwhile. */
const memory = 60_000;
/** Identities that are known again; with namespaced credentials a registry has several, and a service sees them change. */
const mostKnown = 64;

/** The credentials of one registry, by repository, looked up when they are needed. */
export class Identities {
  readonly #host: string;
  readonly #source: CredentialSource;
  readonly #lookups = new Map<string, { readonly identity: Promise<Identity>; readonly until: number }>();
  #known: Identity[] = [];

  constructor(host: string, source: CredentialSource) {
    this.#host = host;
    this.#source = source;
  }

  /** @throws what the source throws; it is asked again then. */
  of(repository = ''): Promise<Identity> {
    const held = this.#lookups.get(repository);
    if (held && held.until > Date.now()) return held.identity;
    const identity = this.#source(this.#host, repository || undefined).then((found) => this.#recognise(found));
    this.#lookups.set(repository, { identity, until: Date.now() + memory });
    identity.catch(() => this.#lookups.delete(repository));
    return identity;
  }

  /** Asks the source again after a refusal: passwords of cloud registries live for hours. Undefined where it knows no other. */
  async renew(repository: string | undefined, refused: Identity): Promise<Identity | undefined> {
    this.#lookups.delete(repository ?? '');
    const identity = await this.of(repository);
    return identity === refused ? undefined : identity;
  }

  #recognise(credentials: Credentials | undefined): Identity {
    const key = JSON.stringify(credentials ?? null);
    const known = this.#known.find((identity) => identity.key === key);
    if (known) return known;
    const identity = { credentials, key };
    this.#known = [...this.#known.slice(1 - mostKnown), identity];
    return identity;
  }
}
