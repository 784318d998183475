import {
  type Cancellable,
  isRepositoryName,
  type Registry,
  type RepositoryLister,
  SkillsError,
} from '../../core/index.ts';
import { Client } from './client.ts';
import { checkLogin } from './login.ts';
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

  /** @throws SkillsError ERR_REFERENCE_INVALID where `host` is no `host[:port]`. */
  constructor(host: string, options: RegistryOptions = {}) {
    this.host = host;
    this.#client = new Client(completeSettings(host, options));
  }

  repository(name: string): RemoteRepository {
    if (isRepositoryName(name)) return new RemoteRepository(this.#client, name);
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
      yield* names.filter((name) => typeof name === 'string');
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
  }
}
