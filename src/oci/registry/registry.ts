import {
  type Cancellable,
  isRepositoryName,
  type Registry,
  type RepositoryLister,
  type RepositoryOptions,
  SkillsError,
} from '../../core/index.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { Client } from './client.ts';
import { checkLogin } from './login.ts';
import { Mirrors } from './mirrors.ts';
import { readPages } from './pages.ts';
import { RemoteRepository } from './repository.ts';
import { listCatalogue } from './scopes.ts';
import { completeSettings, type RegistryOptions } from './settings.ts';

/**
 * A registry that speaks distribution-spec 1.1, over connections that are kept: one object for all repositories of a
 * host. Idle connections do not keep the process alive; disposal closes them.
 */
export class RemoteRegistry implements Registry, RepositoryLister, AsyncDisposable {
  /** Host with port, as it was given. */
  readonly host: string;
  readonly #client: Client;
  readonly #mirrors: Mirrors;

  /** @throws SkillsError ERR_REFERENCE_INVALID where `host` is no `host[:port]`. */
  constructor(host: string, options: RegistryOptions = {}) {
    this.host = host;
    const settings = completeSettings(host, options);
    this.#client = new Client(settings);
    this.#mirrors = new Mirrors(settings, options);
  }

  repository(name: string, { writes = false }: RepositoryOptions = {}): RemoteRepository {
    if (isRepositoryName(name)) {
      if (writes) return new RemoteRepository({ client: this.#client.forWriting(), name });
      const place = { client: this.#client, name };
      return new RemoteRepository(place, this.#mirrors.places(place));
    }
    throw new SkillsError('ERR_REFERENCE_INVALID', `"${name}" is not a repository name`, {
      hint: 'lower-case letters and digits, joined by ".", "_", "-" and "/"',
    });
  }

  /** The repositories that the registry shows to these credentials; many public ones show none. */
  async *repositories(options: Cancellable = {}): AsyncIterable<string> {
    const call = {
      method: 'GET',
      url: new URL('/v2/_catalog', this.#client.settings.base),
      scopes: [listCatalogue],
      expect: [200],
      what: 'its list of repositories',
      signal: options.signal,
    } as const;
    for await (const page of readPages(this.#client, call)) {
      const names: unknown[] = Array.isArray(page.repositories) ? page.repositories : [];
      yield* names.filter((name) => typeof name === 'string' && isRepositoryName(name)) as string[];
    }
  }

  /**
   * Whether the registry takes the credentials that it was opened with; `not asked` where it lets everybody in.
   *
   * @throws SkillsError ERR_UNAUTHORISED where it refuses them; ERR_REGISTRY where this is no registry; ERR_NETWORK, ERR_INSECURE.
   */
  checkLogin(options: Cancellable = {}): Promise<'accepted' | 'not asked'> {
    return checkLogin(this.#client, options);
  }

  /**
   * One request, and whatever is answered: for finding out what a registry can do.
   *
   * @throws SkillsError ERR_NETWORK, ERR_RATE_LIMITED, ERR_INSECURE; ERR_UNAUTHORISED where its token service refuses.
   */
  ask(question: Question): Promise<Reply> {
    return ask(this.#client, question);
  }

  /** Where the credentials for a repository come from, in words; undefined where there are none. */
  async locateCredentials(repository?: string): Promise<string | undefined> {
    const { credentials, host } = this.#client.settings;
    if (credentials.locate) return credentials.locate(host, repository);
    return (await credentials(host, repository)) ? 'the application' : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
  }
}
