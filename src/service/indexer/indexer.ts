import type { Announcement, RegistryHealth } from '../../api/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import { type Logger, mapConcurrently, toSkillsError } from '../../core/index.ts';
import { type RefusedTags, requireSomething, type ScanContext, scanRepository } from './scan.ts';
import { formatScope, type IndexedRegistry, isInScope, locate } from './scope.ts';
import { versionOfTag } from './version-tags.ts';

const parallelRepositories = 4;

type State = Omit<RegistryHealth, 'registry'>;

/** Fills the catalogue from the registries: on request, and by walking through them. */
export class Indexer {
  readonly #registries: readonly IndexedRegistry[];
  readonly #catalogue: Catalogue;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #refused: RefusedTags = new Map();
  readonly #states = new Map<IndexedRegistry, State>();
  #walk: Promise<void> | undefined;

  constructor(registries: readonly IndexedRegistry[], catalogue: Catalogue, logger: Logger) {
    this.#registries = registries;
    this.#catalogue = catalogue;
    this.#logger = logger;
    for (const registry of registries) this.#states.set(registry, { status: 'waiting', crawledAt: null, error: null });
  }

  /**
   * Looks at a reference that somebody announced; a version that was unlisted and is named is listed again.
   *
   * @throws SkillsError ERR_REFERENCE_INVALID, ERR_NOT_FOUND, ERR_ARTIFACT_INVALID, what the registry answers; TrustError
   * ERR_UNTRUSTED where no registry that is configured holds it.
   */
  async announce(text: string): Promise<Announcement> {
    const { registry, reference } = locate(text, this.#registries);
    const version = reference.tag === undefined ? undefined : versionOfTag(reference.tag);
    const only = version === undefined ? undefined : reference.tag;
    const found = await scanRepository(registry.reader, reference.repository, this.#context(), only);
    if (version !== undefined) await this.#catalogue.setListed(found.repository, version, true);
    return requireSomething(found, reference.tag);
  }

  /** Walks through all registries; a walk that is under way is joined. Never fails: what goes wrong is in the states. */
  refresh(): Promise<void> {
    this.#walk ??= this.#refreshAll().finally(() => {
      this.#walk = undefined;
    });
    return this.#walk;
  }

  states(): RegistryHealth[] {
    return [...this.#states].map(([registry, state]) => ({ registry: formatScope(registry), ...state }));
  }

  /** Stops a walk that is under way and waits for its end. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#walk;
    await Promise.all(this.#registries.map(({ reader }) => reader[Symbol.asyncDispose]()));
  }

  async #refreshAll(): Promise<void> {
    for (const registry of this.#registries) {
      if (this.#stop.signal.aborted) return;
      const before = this.#states.get(registry);
      this.#states.set(registry, { status: 'crawling', crawledAt: before?.crawledAt ?? null, error: null });
      const error = await this.#refreshRegistry(registry);
      const status = error === undefined ? 'ok' : 'error';
      this.#states.set(registry, { status, crawledAt: new Date().toISOString(), error: error ?? null });
    }
  }

  /** Gives what went wrong last. */
  async #refreshRegistry(registry: IndexedRegistry): Promise<string | undefined> {
    const host = `${registry.reader.host}/`;
    const known = (await this.#catalogue.repositories(host)).map((name) => name.slice(host.length));
    const listed = registry.crawl ? await this.#listRepositories(registry) : { names: [], error: undefined };
    const names = [...new Set([...listed.names, ...known])].filter((name) => isInScope(registry, name));
    const errors = await mapConcurrently(names, parallelRepositories, (name) => this.#refreshOne(registry, name));
    return errors.find((error) => error !== undefined) ?? listed.error;
  }

  async #listRepositories({ reader }: IndexedRegistry): Promise<{ names: string[]; error: string | undefined }> {
    try {
      return { names: await Array.fromAsync(reader.repositories(this.#context())), error: undefined };
    } catch (error) {
      return { names: [], error: this.#note(error, reader.host, 'the registry does not list its repositories') };
    }
  }

  async #refreshOne({ reader }: IndexedRegistry, repository: string): Promise<string | undefined> {
    if (this.#stop.signal.aborted) return undefined;
    try {
      await scanRepository(reader, repository, this.#context());
      return undefined;
    } catch (error) {
      return this.#note(error, `${reader.host}/${repository}`, 'the repository cannot be read');
    }
  }

  #note(error: unknown, where: string, what: string): string {
    const { code, message } = toSkillsError(error);
    if (!this.#stop.signal.aborted) this.#logger.warn({ where, code, reason: message }, what);
    return message;
  }

  #context(): ScanContext {
    return { catalogue: this.#catalogue, refused: this.#refused, signal: this.#stop.signal };
  }
}
