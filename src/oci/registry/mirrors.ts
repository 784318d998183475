import { isSkillsError, SkillsError, TrustError } from '../../core/index.ts';
import { Client } from './client.ts';
import type { Place } from './place.ts';
import { completeSettings, type Mirror, type RegistryOptions, type Settings } from './settings.ts';

/** The places to read from, in their order. */
export interface ReadPlaces {
  /** For content, whose digest tells whether it is the right one: mirrors first. */
  readonly content: readonly Place[];
  /** For what changes, tags and referrers: the registry itself first. */
  readonly lists: readonly Place[];
}

/** The mirrors of one registry. Each has a client of its own, and so never gets the credentials of the registry. */
export class Mirrors {
  readonly #settings: Settings;
  readonly #options: RegistryOptions;
  readonly #clients = new Map<string, Client>();

  constructor(settings: Settings, options: RegistryOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  places(origin: Place): ReadPlaces {
    const rules = rulesFor(`${this.#settings.host}/${origin.name}`, this.#options.mirrors ?? []);
    if (rules.length === 0) return { content: [origin], lists: [origin] };
    const mirrors = rules.map((rule) => this.#placeAt(rule, origin));
    if (rules.some(({ fallThrough }) => fallThrough === false)) return { content: mirrors, lists: mirrors };
    return { content: [...mirrors, origin], lists: [origin, ...mirrors] };
  }

  #placeAt({ prefix, location, namespace }: Mirror, { name }: Place): Place {
    const [host = '', ...path] = location.split('/');
    const rest = `${this.#settings.host}/${name}`.slice(prefix.length + 1);
    const segments = [...path, ...(rest === '' ? [] : [rest])];
    return { client: this.#clientOf(host, namespace === true), name: segments.join('/') };
  }

  #clientOf(host: string, namespace: boolean): Client {
    const key = `${host} ${namespace}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const { network, host: mirrorOf } = this.#settings;
    const settings = completeSettings(host, { ...this.#options, network, protocol: undefined, mirrors: [] });
    const client = new Client(namespace ? { ...settings, mirrorOf } : settings);
    this.#clients.set(key, client);
    return client;
  }
}

/** Asks one place after the other for content. What the last says, the registry itself, decides. */
export async function askForContent<T>(places: readonly Place[], ask: (place: Place) => Promise<T>): Promise<T> {
  const [place, ...others] = places;
  if (!place) throw new SkillsError('ERR_INTERNAL', 'there is no place to read from');
  try {
    return await ask(place);
  } catch (error) {
    if (others.length === 0 || !mayBeElsewhere(error)) throw error;
    tellFallThrough(place, error);
    return askForContent(others, ask);
  }
}

/** A list from the registry itself, or, where that cannot be reached, as a mirror knows it. */
export async function* listFrom<T>(
  places: readonly Place[],
  list: (place: Place) => AsyncIterable<T>,
): AsyncIterable<T> {
  const { items, first } = await askForList(places, async (place) => {
    const items = list(place)[Symbol.asyncIterator]();
    return { items, first: await items.next() };
  });
  try {
    for (let item = first; !item.done; item = await items.next()) yield item.value;
  } finally {
    await items.return?.();
  }
}

/** Asks one place after the other for what changes. What the first says decides. */
export async function askForList<T>(places: readonly Place[], ask: (place: Place) => Promise<T>): Promise<T> {
  const [place, ...others] = places;
  if (!place) throw new SkillsError('ERR_INTERNAL', 'there is no place to read from');
  try {
    return await ask(place);
  } catch (error) {
    if (others.length === 0 || !isSkillsError(error, 'ERR_NETWORK', 'ERR_REGISTRY', 'ERR_RATE_LIMITED')) throw error;
    tellFallThrough(place, error);
    return askForList(others, ask).catch(() => Promise.reject(error));
  }
}

/** A refusal by policy, or content that is not what it should be, is an answer. */
function mayBeElsewhere(error: unknown): error is SkillsError {
  return isSkillsError(error) && !(error instanceof TrustError) && error.code !== 'ERR_INTERRUPTED';
}

function tellFallThrough(place: Place, { code, message }: SkillsError): void {
  const { host, logger } = place.client.settings;
  logger.warn({ registry: host, repository: place.name, code }, `${message}; the next place is asked`);
}

/** The rules of the longest prefix that `repository` stands under. */
function rulesFor(repository: string, mirrors: readonly Mirror[]): readonly Mirror[] {
  const fitting = mirrors.filter(({ prefix }) => repository === prefix || repository.startsWith(`${prefix}/`));
  const longest = Math.max(0, ...fitting.map(({ prefix }) => prefix.length));
  return fitting.filter(({ prefix }) => prefix.length === longest);
}
