import { type Cancellable, type Logger, Network, SkillsError, silentLogger } from '../../core/index.ts';
import { apiPrefix, skillPath } from '../paths.ts';
import type {
  Announcement,
  Health,
  SearchResults,
  SkillDetail,
  SkillList,
  SortOrder,
  TagCount,
  TagList,
} from '../types.ts';
import { type Call, type Connection, callIndex, connect } from './http.ts';

export interface IndexClientOptions {
  /** Where the index is, without `/api/v1`; a path before it is kept. */
  readonly url: string;
  /** For announcing and unlisting. */
  readonly token?: string;
  readonly logger?: Logger;
  /** Allows plain http to another machine. */
  readonly plainHttp?: boolean;
  /** The connections to use; by default ones of its own. Whoever made it closes it. */
  readonly network?: Network | undefined;
}

export interface FindOptions extends Cancellable {
  readonly tags?: readonly string[];
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: SortOrder;
}

/** An index as a program uses it. Every method throws SkillsError; nothing is connected before the first call. */
export interface IndexClient extends AsyncDisposable {
  search(query: string, options?: FindOptions): Promise<SearchResults>;
  listSkills(options?: FindOptions & { readonly search?: string }): Promise<SkillList>;
  /**
   * @param name a repository with its registry, `@scope/name`, or a name.
   * @throws SkillsError ERR_NOT_FOUND; ERR_CONFLICT with `data.candidates` where several skills have the name.
   */
  getSkill(name: string, version?: string, options?: Cancellable): Promise<SkillDetail>;
  tags(options?: Cancellable): Promise<TagCount[]>;
  health(options?: Cancellable): Promise<Health>;
  /** Asks the index to look at a reference. @throws SkillsError ERR_UNAUTHORISED, ERR_UNTRUSTED, ERR_ARTIFACT_INVALID */
  announce(reference: string, options?: Cancellable): Promise<Announcement>;
  unlist(name: string, version: string, options?: Cancellable): Promise<void>;
  /** Lets idle connections go. */
  close(): void;
}

/** zod is not loaded here: of an answer only what a mistaken address would get wrong is looked at. */
export function createIndexClient(options: IndexClientOptions): IndexClient {
  const { url, token, plainHttp = false, logger = silentLogger } = options;
  const network = options.network ?? new Network({ maxSockets: 8 });
  let connection: Connection | undefined;
  const call = async <T>(request: Call, key?: string): Promise<T> => {
    connection ??= connect(url, token, plainHttp, network);
    const start = performance.now();
    const answer = await callIndex(connection, request);
    logger.debug({ method: request.method, path: request.path, ms: Math.round(performance.now() - start) }, 'index');
    return checkAnswer<T>(answer, key, request.path);
  };
  const close = () => {
    if (!options.network) network.close();
  };
  const get = <T>(path: string, key: string, from: Cancellable = {}) =>
    call<T>({ method: 'GET', path, signal: from.signal }, key);
  return {
    search: async (q, find = {}) => {
      requireWords(q);
      return get<SearchResults>(`${apiPrefix}/search${formatQuery({ q }, find)}`, 'results', find);
    },
    listSkills: (find = {}) =>
      get<SkillList>(`${apiPrefix}/skills${formatQuery({ search: find.search }, find)}`, 'skills', find),
    getSkill: (name, version, from) => get<SkillDetail>(skillPath(name, version), 'reference', from),
    tags: async (from) => (await get<TagList>(`${apiPrefix}/tags`, 'tags', from)).tags,
    health: (from) => get<Health>(`${apiPrefix}/health`, 'status', from),
    announce: (reference, from = {}) =>
      call({ method: 'POST', path: `${apiPrefix}/skills`, body: { reference }, signal: from.signal }, 'indexed'),
    unlist: (name, version, from = {}) =>
      call({ method: 'DELETE', path: skillPath(name, version), signal: from.signal }),
    close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

function requireWords(query: string): void {
  if (query.trim() !== '') return;
  throw new SkillsError('ERR_USAGE', 'there is no word to search for', {
    hint: 'say what the skill should do: skills search "read pdf forms"',
  });
}

function formatQuery(first: Readonly<Record<string, string | undefined>>, find: FindOptions): string {
  const { tags = [], limit, offset, sort } = find;
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...first, limit, offset, sort })) {
    if (value !== undefined) query.set(key, String(value));
  }
  for (const tag of tags) query.append('tags', tag);
  return query.size === 0 ? '' : `?${query}`;
}

function checkAnswer<T>(answer: unknown, key: string | undefined, path: string): T {
  if (key === undefined || (typeof answer === 'object' && answer !== null && key in answer)) return answer as T;
  throw new SkillsError('ERR_REGISTRY', `the answer to ${path} has no "${key}": this is not an index of skills`, {
    hint: 'check the address of the index',
  });
}
