import type { Agent, ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import { findHostCertificates } from './host-certificates.ts';
import { isUnknownAuthority } from './network-error.ts';
import { defaultPatience, type Patience, type PatienceOptions } from './pace.ts';
import { parseProxy, portOf, proxyAuthorization, proxyOf, serverNameOf } from './proxy.ts';
import { createTrust, type TlsFiles } from './trust.ts';
import { openTunnel, type TunnelOptions } from './tunnel.ts';

/** How one host is reached, where it differs from the others. */
export interface HostNetwork extends TlsFiles {
  /** Its certificate is not looked at. For a host in trouble, never for good. */
  readonly insecure?: boolean | undefined;
  /** The proxy's URL, or `none`; by default what the environment says. */
  readonly proxy?: string | undefined;
}

/** How hosts are reached. */
export interface NetworkOptions extends PatienceOptions {
  /** Where proxies, and the home folder of `certs.d`, are looked up; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** PEM files of certificate authorities that are trusted for every host besides the usual ones. */
  readonly ca?: readonly string[] | undefined;
  /** A client certificate for the hosts that are asked as registries, not for those that they lead to. */
  readonly identity?: Pick<TlsFiles, 'cert' | 'key'> | undefined;
  /** Whether what is set is for hosts on this machine too, which are else spoken to over plain http. */
  readonly tlsOnLoopback?: boolean | undefined;
  /** By host, with its port or without. */
  readonly hosts?: ReadonlyMap<string, HostNetwork> | undefined;
  /** Connections at once to one host; 16 by default. */
  readonly maxSockets?: number | undefined;
}

/** One request, as far as a connection is concerned. */
export interface NetworkRequest {
  readonly method: string;
  readonly headers?: OutgoingHttpHeaders | undefined;
  /** Whether the host is asked as a registry, and so is shown the client certificate. */
  readonly asRegistry?: boolean | undefined;
}

type Protocol = typeof import('node:https');

/** Everything that decides which connections can be shared. */
interface Route {
  readonly host: HostNetwork;
  readonly proxy: URL | undefined;
  readonly asRegistry: boolean;
}

/**
 * The connections of a process: kept alive, through proxies, with the certificates that its configuration names. One for
 * all clients.
 */
export class Network {
  readonly patience: Patience;
  readonly #options: NetworkOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #agents = new Map<string, Agent>();
  readonly #hosts = new Map<string, HostNetwork>();
  #trustsSystem = false;

  constructor(options: NetworkOptions = {}) {
    this.patience = {
      connectTimeout: options.connectTimeout ?? defaultPatience.connectTimeout,
      idleTimeout: options.idleTimeout ?? defaultPatience.idleTimeout,
      minimumRate: options.minimumRate ?? defaultPatience.minimumRate,
    };
    this.#options = options;
    this.#env = options.env ?? process.env;
  }

  /** Whether the operating system's authorities are trusted too; see {@link widenTrust}. */
  get trustsSystem(): boolean {
    return this.#trustsSystem;
  }

  /** Begins a request. @throws SkillsError ERR_CONFIG_INVALID for certificates or proxies that cannot be used. */
  request(url: URL, { method, headers, asRegistry = false }: NetworkRequest): ClientRequest {
    const host = this.#hostOf(url);
    const proxy = this.#proxyFor(url, host);
    const agent = this.#agentFor(url, { host, proxy, asRegistry });
    if (!proxy || url.protocol === 'https:') return protocolOf(url).request(url, { method, headers, agent });
    return protocolOf(proxy).request({
      method,
      agent,
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: portOf(proxy),
      path: `${url.origin}${url.pathname}${url.search}`,
      servername: serverNameOf(proxy),
      headers: { host: url.host, ...proxyAuthorization(proxy), ...headers },
    });
  }

  /**
   * After a certificate of an unknown authority: trusts the operating system's authorities from now on. They are not
   * read before, for that takes as long as a whole command.
   *
   * @param trusted what {@link trustsSystem} was when the request began.
   * @returns whether the request is worth repeating.
   */
  widenTrust(error: unknown, trusted: boolean): boolean {
    if (trusted || !isUnknownAuthority(error)) return false;
    this.#trustsSystem = true;
    return true;
  }

  /** Closes the idle connections and breaks the others. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** Whether something is set for a host, `host[:port]`, that only TLS has use for: it does not speak plain http then. */
  expectsTls(host: string): boolean {
    if (this.#options.tlsOnLoopback) return true;
    const names = hostNames(new URL(`https://${host}`));
    const kept = findHostCertificates(names, this.#env);
    const set = [kept, ...names.map((name) => this.#options.hosts?.get(name) ?? {})] as readonly HostNetwork[];
    return set.some(({ ca, cert, insecure }) => (ca?.length ?? 0) > 0 || cert !== undefined || insecure === true);
  }

  /** Whether the certificate of a URL's host is not looked at. */
  isInsecure(url: URL): boolean {
    return url.protocol === 'https:' && this.#hostOf(url).insecure === true;
  }

  #hostOf(url: URL): HostNetwork {
    const known = this.#hosts.get(url.host);
    if (known) return known;
    const found = this.#findHost(url);
    this.#hosts.set(url.host, found);
    return found;
  }

  #findHost(url: URL): HostNetwork {
    const names = hostNames(url);
    const configured = names.map((name) => this.#options.hosts?.get(name)).find((entry) => entry !== undefined) ?? {};
    if (url.protocol !== 'https:') return configured;
    const kept = findHostCertificates(names, this.#env);
    const ca = [...(this.#options.ca ?? []), ...(configured.ca ?? []), ...(kept.ca ?? [])];
    const identity = configured.cert || configured.key ? configured : kept;
    return { ...configured, ca, cert: identity.cert, key: identity.key };
  }

  #proxyFor(url: URL, { proxy }: HostNetwork): URL | undefined {
    if (proxy === 'none') return undefined;
    return proxy === undefined ? proxyOf(url, this.#env) : parseProxy(proxy, `the configuration of ${url.host}`);
  }

  #agentFor(url: URL, route: Route): Agent {
    const key = JSON.stringify([url.protocol, route, this.#trustsSystem]);
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = url.protocol === 'https:' ? this.#secureAgent(route) : this.#plainAgent(route.proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  #secureAgent({ host, proxy, asRegistry }: Route): Agent {
    const { cert, key } = (asRegistry && this.#options.identity) || host;
    const files = { ca: host.ca, cert, key };
    const { Agent } = process.getBuiltinModule('node:https');
    const agent = new Agent({
      ...this.#agentOptions(),
      ...this.#contextOf(files),
      ...(host.insecure ? { rejectUnauthorized: false } : {}),
    });
    if (!proxy) return agent;
    const { connectTimeout } = this.patience;
    const secureContext = this.#proxyContext(proxy);
    return tunnelled(agent, proxy, { connectTimeout, secureContext, configured: host.proxy !== undefined });
  }

  #plainAgent(proxy: URL | undefined): Agent {
    const secure = proxy?.protocol === 'https:';
    const { Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
    return new Agent({ ...this.#agentOptions(), ...(secure ? this.#contextOf({ ca: this.#options.ca }) : {}) });
  }

  #agentOptions() {
    return { keepAlive: true, maxSockets: this.#options.maxSockets ?? 16, scheduling: 'lifo' as const };
  }

  #proxyContext(proxy: URL): SecureContext | undefined {
    return proxy.protocol === 'https:' ? this.#contextOf({ ca: this.#options.ca }).secureContext : undefined;
  }

  /** Nothing where Node's own does: it is there already. */
  #contextOf(files: TlsFiles): { secureContext?: SecureContext } {
    const ordinary = !files.ca?.length && !files.cert && !files.key && !this.#trustsSystem;
    return ordinary ? {} : { secureContext: createTrust(files, this.#trustsSystem) };
  }
}

/** Loaded by the first request, not by an import: http takes 7 ms, TLS 20 more, and many commands make no request. */
function protocolOf({ protocol }: URL): Pick<Protocol, 'request'> {
  return process.getBuiltinModule(protocol === 'http:' ? 'node:http' : 'node:https');
}

/** What a host may be configured under: with its port, without, and as people call it. */
function hostNames(url: URL): string[] {
  const alias = url.hostname === 'registry-1.docker.io' ? ['docker.io', 'index.docker.io'] : [];
  return [...new Set([`${url.hostname}:${portOf(url)}`, url.host, url.hostname, ...alias])];
}

function tunnelled(agent: Agent, proxy: URL, how: Omit<TunnelOptions, 'target'>): Agent {
  agent.createConnection = (options, done) => {
    const { host, port } = options as ConnectionOptions;
    connectThrough(proxy, { ...how, target: `${host}:${port}` }, options as ConnectionOptions).then(
      (socket) => done?.(null, socket),
      // the types ask for a connection beside the error; there is none
      (error) => done?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  };
  return agent;
}

async function connectThrough(proxy: URL, tunnel: TunnelOptions, options: ConnectionOptions): Promise<Duplex> {
  const socket = await openTunnel(proxy, tunnel);
  const { connect } = process.getBuiltinModule('node:tls');
  return connect({ ...options, socket });
}
