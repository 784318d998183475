import type { AddressInfo } from 'node:net';

import { type Catalogue, openSqliteCatalogue } from '../catalogue/index.ts';
import { type Logger, looksLikeRegistry, SkillsError, silentLogger } from '../core/index.ts';
import { type CredentialSource, findCredentials } from '../oci/index.ts';
import { createToken } from './access/token.ts';
import type { App } from './http/context.ts';
import { createPresenter } from './http/present.ts';
import { createServer } from './http/server.ts';
import { Indexer } from './indexer/indexer.ts';
import { openReader } from './indexer/registry-reader.ts';
import { type IndexedRegistry, locate } from './indexer/scope.ts';

export interface RegistryChoice {
  /** `ghcr.io`, `127.0.0.1:5000`. */
  readonly host: string;
  /** Only what is below it is indexed: `acme/skills`. */
  readonly prefix?: string;
  /** Plain http to a host that is not this machine. */
  readonly plainHttp?: boolean;
  /**
   * Hosts, with their port, that the registry may lead to: its token service, where it keeps its blobs. All others are
   * refused, those of docker.io, ghcr.io and registry.gitlab.com are known.
   */
  readonly furtherHosts?: readonly string[];
  /** Default true. False for a registry that does not list its repositories: what was announced is kept up to date. */
  readonly crawl?: boolean;
}

export interface ServeIndexOptions {
  /** The only registries that the index ever talks to. */
  readonly registries: readonly RegistryChoice[];
  /** `sqlite:file` or a file; by default a temporary one. */
  readonly db?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What changes need; generated where it is absent. */
  readonly token?: string;
  /** The address that others reach it by, in `downloadUrl`; the one that it listens on by default. */
  readonly publicUrl?: string;
  /** Seconds between two walks through the registries, from the end of one; 0: only the one at the start. Default 300. */
  readonly refresh?: number;
  /** Requests a minute and address, or false. Default 3,000. */
  readonly rateLimit?: number | false;
  /** Who reads the registries; default nobody. Whoever reaches the index sees what these may read. */
  readonly credentials?: CredentialSource;
  /** Files in the form of docker's config.json, in place of `credentials`. */
  readonly registryConfig?: readonly string[];
  /** Shown by /health. */
  readonly version?: string;
  readonly logger?: Logger;
}

export interface IndexServer {
  /** `http://127.0.0.1:7080`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Walks through the registries now, or joins the walk that is under way; ends with it. */
  refresh(): Promise<void>;
  /** Takes no new requests, lets those under way end, stops the walk, closes the database. */
  close(): Promise<void>;
}

const secondsBetweenWalks = 300;
const requestsPerMinute = 3_000;

/**
 * Serves the search index. It listens at once and walks through its registries in the background.
 *
 * @throws SkillsError ERR_CONFIG_INVALID where a registry, the database or the address cannot be used.
 */
export async function serveIndex(options: ServeIndexOptions): Promise<IndexServer> {
  const { token = createToken(), logger = silentLogger, refresh = secondsBetweenWalks } = options;
  const registries = options.registries.map((choice) => openRegistry(choice, options));
  const catalogue = await openSqliteCatalogue((options.db ?? ':memory:').replace(/^sqlite:/, ''));
  const indexer = new Indexer(registries, catalogue, logger);
  const listener = await start(options, { token, catalogue, indexer, registries, logger }).catch(async (error) => {
    await catalogue.close();
    throw error;
  });
  const stopWalks = repeatWalks(indexer, refresh);
  return {
    ...listener.address,
    token,
    refresh: () => indexer.refresh(),
    async close() {
      stopWalks();
      await listener.app.close();
      await indexer.stop();
      await catalogue.close();
    },
  };
}

interface Parts {
  readonly token: string;
  readonly catalogue: Catalogue;
  readonly indexer: Indexer;
  readonly registries: readonly IndexedRegistry[];
  readonly logger: Logger;
}

interface Listener {
  readonly app: App;
  readonly address: { readonly url: string; readonly port: number };
}

async function start(options: ServeIndexOptions, parts: Parts): Promise<Listener> {
  const { port = 0, host = '127.0.0.1', rateLimit = requestsPerMinute, version = '0.0.0' } = options;
  const { registries } = parts;
  let base = options.publicUrl?.replace(/\/+$/, '') ?? '';
  const app = await createServer(
    {
      ...parts,
      version,
      presenter: createPresenter(() => base),
      openLayer(record, from) {
        const { registry, reference } = locate(record.repository, registries);
        return registry.reader.openLayer(reference.repository, record.layer, from);
      },
    },
    { rateLimit },
  );
  const address = await listen(app, port, host);
  base ||= address.url;
  return { app, address };
}

async function listen(app: App, port: number, host: string): Promise<Listener['address']> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    throw new SkillsError(
      'ERR_CONFIG_INVALID',
      `the index cannot listen on ${host}:${port}: ${(error as Error).message}`,
      {
        hint: 'choose another port; 0 takes a free one',
        cause: error,
      },
    );
  }
  const bound = app.server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { url: `http://${name}:${bound.port}`, port: bound.port };
}

function openRegistry(
  { host, prefix, plainHttp, furtherHosts, crawl = true }: RegistryChoice,
  options: ServeIndexOptions,
): IndexedRegistry {
  if (!looksLikeRegistry(host)) {
    throw new SkillsError('ERR_CONFIG_INVALID', `"${host}" is not the host of a registry`, {
      hint: 'name it with its port, without https:// and path: registry.example.com, 127.0.0.1:5000',
    });
  }
  const { registryConfig: files, logger } = options;
  const credentials = options.credentials ?? (files && findCredentials({ env: process.env, files, only: true }));
  const below = prefix?.replace(/^\/+|\/+$/g, '');
  return {
    reader: openReader({ host, plainHttp, furtherHosts, credentials, logger }),
    prefix: below || undefined,
    crawl,
  };
}

/** Walks at once and again `seconds` after each walk. Gives what ends it. */
function repeatWalks(indexer: Indexer, seconds: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const walk = async () => {
    await indexer.refresh();
    if (seconds > 0 && !stopped) timer = setTimeout(walk, seconds * 1_000).unref();
  };
  void walk();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
