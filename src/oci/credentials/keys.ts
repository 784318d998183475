/** Names that Docker Hub goes by; the first is what people write. */
const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * `https://index.docker.io/v1/` → `index.docker.io`: keys of old writers are URLs of the API, or a host with its path.
 * `quay.io/acme/v2` is a namespace: it covers no more than it says.
 */
export function normaliseKey(key: string): string {
  const address = key.replace(/^https?:\/\//, '');
  const api = address === key ? /^([^/]+)\/v[12]\/$/ : /^([^/]+)\/v[12]\/?$/;
  return (api.exec(address)?.[1] ?? address.replace(/\/$/, '')).toLowerCase();
}

/** All names of the registry in what may be keys: one, but for Docker Hub. */
export function hostsOf(registry: string): readonly string[] {
  const host = registry.toLowerCase();
  return dockerHub.includes(host) ? dockerHub : [host];
}

/** Keys that cover a repository, the longest first (containers-auth.json(5)), normalised. */
export function* keysFor(registry: string, repository: string): Iterable<string> {
  const hosts = hostsOf(registry);
  const segments = repository.split('/').filter(Boolean);
  for (let count = segments.length; count >= 0; count--) {
    for (const host of hosts) yield [host, ...segments.slice(0, count)].join('/');
  }
}

/** What a registry is called in files and towards helpers: its host, but for Docker Hub, which docker and podman call differently. */
export function serversOf(registry: string): readonly [string, ...string[]] {
  const host = registry.toLowerCase();
  return dockerHub.includes(host) ? ['https://index.docker.io/v1/', 'docker.io'] : [host];
}
