import {
  isLoopback,
  type Logger,
  looksLikeRegistry,
  Network,
  type Patience,
  type PatienceOptions,
  SkillsError,
  silentLogger,
} from '../../core/index.ts';
import type { CredentialSource } from '../credentials/index.ts';

/** A place that holds copies of what lies under a prefix. */
export interface Mirror {
  /** `host`, or `host/path`: what it holds copies of. */
  readonly prefix: string;
  /** `host[:port][/path]`: where they are. */
  readonly location: string;
  /** Whether the registry itself is asked where the mirror cannot tell; true by default. */
  readonly fallThrough?: boolean | undefined;
  /** Whether the mirror is told whose content is wanted (distribution-spec, "Registry Proxying": the query parameter `ns`). */
  readonly namespace?: boolean | undefined;
}

export interface RegistryOptions extends PatienceOptions {
  readonly credentials?: CredentialSource | undefined;
  /** Hosts, with their port, that are spoken to over plain http. Loopback always is. */
  readonly plainHttp?: readonly string[] | undefined;
  /** Overrides the choice between http and https for this one registry. */
  readonly protocol?: 'http' | 'https' | undefined;
  /**
   * Whether a host may be spoken to that the registry leads to: by a realm, a redirect, or where an upload goes on. By
   * default any may; a service must name those that it trusts, or it could be sent into its own network.
   */
  readonly allowHost?: ((url: URL) => boolean) | undefined;
  readonly logger?: Logger | undefined;
  readonly userAgent?: string | undefined;
  /** The connections to use, with their proxies and certificates; by default ones of its own. Whoever made it closes it. */
  readonly network?: Network | undefined;
  /** Connections at once, where they are its own; 16 by default. */
  readonly maxSockets?: number | undefined;
  /** How often a step that is safe to repeat is repeated; 3 by default. */
  readonly retries?: number | undefined;
  /** Milliseconds that the first repetition waits at most; doubled each time. 250 by default. */
  readonly retryDelay?: number | undefined;
  /** Blobs above this size, in bytes, are sent in chunks of it. By default every blob is sent whole. */
  readonly chunkBytes?: number | undefined;
  /** Where copies of its content are. */
  readonly mirrors?: readonly Mirror[] | undefined;
  /** Takes each text of the registry's `Warning` headers once; they go to the logger by default. */
  readonly onWarning?: ((text: string, registry: string) => void) | undefined;
}

/** The options of one registry, complete. */
export interface Settings extends Patience {
  /** As people write it: `docker.io`. */
  readonly host: string;
  /** Where its API is: `https://registry-1.docker.io/`. */
  readonly base: URL;
  readonly credentials: CredentialSource;
  readonly plainHttp: ReadonlySet<string>;
  readonly allowHost: (url: URL) => boolean;
  readonly logger: Logger;
  readonly userAgent: string;
  readonly network: Network;
  /** Whether others use the connections too. */
  readonly sharesNetwork: boolean;
  readonly retries: number;
  readonly retryDelay: number;
  readonly chunkBytes: number;
  readonly onWarning: (text: string, registry: string) => void;
  /** Of a mirror that must be told: the host whose content is wanted. */
  readonly mirrorOf?: string | undefined;
}

/** @throws SkillsError ERR_REFERENCE_INVALID where `host` is no `host[:port]`. */
export function completeSettings(host: string, options: RegistryOptions): Settings {
  const logger = options.logger ?? silentLogger;
  const plainHttp = new Set(options.plainHttp);
  const network = options.network ?? new Network({ maxSockets: options.maxSockets });
  return {
    host,
    base: baseOf(host, options.protocol, plainHttp, network),
    credentials: options.credentials ?? (async () => undefined),
    plainHttp,
    allowHost: options.allowHost ?? (() => true),
    logger,
    userAgent: options.userAgent ?? 'skills',
    network,
    sharesNetwork: options.network !== undefined,
    retries: options.retries ?? 3,
    retryDelay: options.retryDelay ?? 250,
    connectTimeout: options.connectTimeout ?? network.patience.connectTimeout,
    idleTimeout: options.idleTimeout ?? network.patience.idleTimeout,
    minimumRate: options.minimumRate ?? network.patience.minimumRate,
    chunkBytes: options.chunkBytes ?? Number.POSITIVE_INFINITY,
    onWarning: options.onWarning ?? ((text, registry) => logger.warn({ registry }, text)),
  };
}

/**
 * Whether a registry is spoken to over plain http, where these hosts may be.
 *
 * @param host as people write it. @throws SkillsError ERR_REFERENCE_INVALID
 */
export function speaksPlain(host: string, plainHttp: readonly string[], network: Network): boolean {
  return baseOf(host, undefined, new Set(plainHttp), network).protocol === 'http:';
}

/** Whether plain http may be spoken to the host of `url`. */
export function mayBePlain(url: URL, plainHttp: ReadonlySet<string>): boolean {
  return isLoopback(url) || plainHttp.has(url.host);
}

function baseOf(
  host: string,
  protocol: 'http' | 'https' | undefined,
  plainHttp: ReadonlySet<string>,
  network: Network,
): URL {
  // Docker Hub is called by one name and answers at another.
  const address = host === 'docker.io' || host === 'index.docker.io' ? 'registry-1.docker.io' : host;
  if (!looksLikeRegistry(address)) {
    throw new SkillsError('ERR_REFERENCE_INVALID', `"${host}" is not the host of a registry`, {
      hint: 'write a host name with a dot or a port: registry.example.com, localhost:5000',
    });
  }
  const local = isLoopback(new URL(`http://${address}`)) && !network.expectsTls(address);
  const plain = plainHttp.has(host) || plainHttp.has(address) || local;
  return new URL(`${protocol ?? (plain ? 'http' : 'https')}://${address}/`);
}
