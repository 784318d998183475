import { type Answer, exchange, type Network, type Outgoing, SkillsError } from '../../core/index.ts';
import type { Settings } from './settings.ts';

export { type Answer, type Body, discard, type Outgoing } from '../../core/index.ts';

/** A registry's way to the network: the one door that every request goes through, wherever its URL came from. */
export class Transport {
  readonly #settings: Settings;
  readonly #network: Network;
  readonly #told = new Set<string>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#network = settings.network;
  }

  /** @throws SkillsError ERR_NETWORK, ERR_INTERRUPTED, ERR_INSECURE for a host that is not allowed, or what opening the body threw. */
  async send(outgoing: Outgoing): Promise<Answer> {
    const { url } = outgoing;
    checkHost(url, this.#settings);
    this.#tellInsecure(url);
    const asRegistry = url.origin === this.#settings.base.origin;
    return exchange(this.#network, { ...outgoing, asRegistry }, this.#settings);
  }

  /** Nobody shall forget that a host was configured so. */
  #tellInsecure(url: URL): void {
    if (this.#told.has(url.host) || !this.#network.isInsecure(url)) return;
    this.#told.add(url.host);
    this.#settings.onWarning(
      `the certificate of ${url.host} is not checked: whoever is in between can read and change what is sent`,
      this.#settings.host,
    );
  }

  /** Closes the idle connections and breaks the others, where they are this registry's alone. */
  close(): void {
    if (!this.#settings.sharesNetwork) this.#network.close();
  }
}

function checkHost(url: URL, { base, host, allowHost }: Settings): void {
  if (url.origin === base.origin || allowHost(url)) return;
  throw new SkillsError('ERR_INSECURE', `${host} leads to ${url.host}, which is not configured here`, {
    hint: `if ${url.host} belongs to this registry, configure it as one of its further hosts`,
    data: { host: url.host },
  });
}
