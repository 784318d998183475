import type { IndexClient } from '../api/index.ts';
import { isLoopback, type Logger, Network, type Registry, SkillsError, silentLogger } from '../core/index.ts';
import type { CredentialSource, RemoteRegistry, StoreOptions } from '../oci/index.ts';
import type { SourcePool, SourceSpec } from '../sources/index.ts';
import type { Store } from '../store/index.ts';
import { credentialPlaces, notInTheClear, openCredentials } from './settings/credentials.ts';
import { networkOptions } from './settings/network.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import type { ProgressEvent, SkillManagerOptions } from './types.ts';

/**
 * What the verbs work with: settings, and the concrete store, registries and index. Each is loaded and opened when it is
 * first needed: most commands start in less time than all of them take to load.
 */
export class Context implements AsyncDisposable {
  readonly options: SkillManagerOptions;
  readonly logger: Logger;
  readonly #registries = new Map<string, RemoteRegistry>();
  #settings: Settings | undefined;
  #store: Promise<Store> | undefined;
  #index: Promise<IndexClient | undefined> | undefined;
  #credentials: Promise<CredentialSource> | undefined;
  #network: Network | undefined;

  constructor(options: SkillManagerOptions) {
    this.options = options;
    this.logger = options.logger ?? silentLogger;
  }

  get settings(): Settings {
    this.#settings ??= readSettings(this.options);
    return this.#settings;
  }

  /** Lets the next look at the settings read the files again: after a change of them. */
  forgetSettings(): void {
    this.#settings = undefined;
    this.#index = undefined;
    this.#registries.clear();
    this.#network?.close();
    this.#network = undefined;
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  report(event: ProgressEvent): void {
    this.options.onProgress?.(event);
  }

  store(): Promise<Store> {
    this.#store ??= import('../store/index.ts').then(({ openStore }) =>
      openStore(this.settings.home, { logger: this.logger }),
    );
    return this.#store;
  }

  /** Gives the registry at a host, the same one each time it is asked for. */
  async registries(): Promise<(host: string) => Registry> {
    const open = await this.#registryOpener();
    const credentials = await this.credentials();
    return (host) => {
      const held = this.#registries.get(host);
      if (held) return held;
      const registry = open(host, credentials);
      this.#registries.set(host, registry);
      return registry;
    };
  }

  /** A registry with credentials of its own; the caller closes it. */
  async openRegistry(host: string, credentials: CredentialSource): Promise<RemoteRegistry> {
    return (await this.#registryOpener())(host, credentials);
  }

  /** Finds the credentials of registries: one source for all of them. */
  credentials(): Promise<CredentialSource> {
    this.#credentials ??= openCredentials(this.options, this.settings, this.logger);
    return this.#credentials;
  }

  get credentialPlaces(): StoreOptions {
    return credentialPlaces(this.options, this.settings);
  }

  async #registryOpener(): Promise<(host: string, credentials: CredentialSource) => RemoteRegistry> {
    const { RemoteRegistry, speaksPlain } = await import('../oci/index.ts');
    const { plainHttp, projectPlainHttp } = this.settings;
    const ownPlainHttp = plainHttp.filter((host) => !projectPlainHttp.includes(host));
    const { mirrors } = this.settings.network;
    const { network, logger } = this;
    const onWarning =
      this.options.onWarning && ((text: string, host: string) => this.options.onWarning?.(`${host}: ${text}`));
    // Asked of every host that credentials are looked up for: mirrors too, and whatever a registry is called.
    const inTheClear = (host: string) =>
      speaksPlain(host, plainHttp, network) && !speaksPlain(host, ownPlainHttp, network);
    return (host, source) => {
      const credentials = projectPlainHttp.length > 0 ? notInTheClear(source, inTheClear) : source;
      return new RemoteRegistry(host, { credentials, plainHttp, logger, network, mirrors, onWarning });
    };
  }

  /** The connections that all of a manager share. */
  get network(): Network {
    this.#network ??= new Network(networkOptions(this.options, this.settings.network));
    return this.#network;
  }

  /** The client of the configured index, or nothing where none is. */
  index(): Promise<IndexClient | undefined> {
    this.#index ??= this.#openIndex();
    return this.#index;
  }

  /** @throws SkillsError ERR_NO_REGISTRY, saying how to configure one. */
  async requireIndex(): Promise<IndexClient> {
    this.requireNetwork('the index');
    const index = await this.index();
    if (index) return index;
    throw new SkillsError('ERR_NO_REGISTRY', 'searching needs an index, and none is configured', {
      hint: 'name one with "skills config set index https://…", or start one with "skills index serve --registry host/prefix"',
    });
  }

  /** @throws SkillsError ERR_OFFLINE */
  requireNetwork(what: string): void {
    if (!this.settings.offline) return;
    throw new SkillsError('ERR_OFFLINE', `${what} is needed, and --offline forbids to ask it`, {
      hint: 'run the command again without --offline',
    });
  }

  /** Sources of one command. Paths in their specs are relative to the project, as skills.json holds them. */
  async sources(offline: boolean = this.settings.offline): Promise<SourcePool> {
    const { SourcePool } = await import('../sources/index.ts');
    return new SourcePool({
      registry: await this.registries(),
      cwd: this.settings.root,
      env: this.settings.env,
      logger: this.logger,
      network: this.network,
      signal: this.signal,
      admit: (spec) => this.#admit(spec, offline),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that could not be opened has failed whoever asked for it.
    (await this.#index?.catch(() => undefined))?.close();
    this.#index = undefined;
    for (const registry of this.#registries.values()) await registry[Symbol.asyncDispose]();
    this.#registries.clear();
    this.#network?.close();
    this.#network = undefined;
  }

  async #openIndex(): Promise<IndexClient | undefined> {
    const { index: url, ownIndex, env } = this.settings;
    if (!url) return undefined;
    const { createIndexClient } = await import('../api/index.ts');
    const held = this.options.indexToken ?? env.SKILLS_INDEX_TOKEN;
    const mayHaveIt = ownIndex || (URL.canParse(url) && isLoopback(new URL(url)));
    const token = mayHaveIt ? held : undefined;
    if (held && !mayHaveIt) {
      const text = `the token is not sent to ${url}: only this project names it as the index; skills config set index ${url}`;
      this.options.onWarning?.(text);
      this.logger.warn({ index: url }, text);
    }
    return createIndexClient({ url, logger: this.logger, network: this.network, ...(token ? { token } : {}) });
  }

  #admit(spec: SourceSpec, offline: boolean): void {
    const allowed = this.options.policy?.allow;
    if (allowed && !allowed.includes(spec.kind)) {
      throw new SkillsError('ERR_USAGE', `the policy here does not allow skills from ${spec.kind} sources`, {
        hint: `allowed are: ${allowed.join(', ')}`,
      });
    }
    if (offline && (spec.kind === 'oci' || spec.kind === 'git' || spec.kind === 'url')) {
      throw new SkillsError('ERR_OFFLINE', `${nameOf(spec)} is not in the store, and --offline forbids to fetch it`, {
        hint: 'run the command once without --offline, or "skills pull" the skill beforehand',
      });
    }
  }
}

function nameOf(spec: SourceSpec): string {
  if (spec.kind === 'oci') return `${spec.reference.registry}/${spec.reference.repository}`;
  if (spec.kind === 'git') return spec.path ? `${spec.path} of ${spec.url}` : spec.url;
  return spec.kind === 'url' ? spec.url : spec.path;
}
