import { SkillsError } from '../errors.ts';
import { isLoopback } from './loopback.ts';

/**
 * The proxy that the environment names for a URL: HTTPS_PROXY or HTTP_PROXY after its scheme, unless NO_PROXY lists its
 * host; in lower case first, as curl reads them. This machine is always spoken to directly.
 *
 * @throws SkillsError ERR_CONFIG_INVALID for a proxy of another kind than http and https.
 */
export function proxyOf(url: URL, env: NodeJS.ProcessEnv): URL | undefined {
  if (isLoopback(url)) return undefined;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = env[name.toLowerCase()] || env[name];
  if (!text || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined;
  return parseProxy(text, name);
}

/** @param from names where the text stands, for the error. */
export function parseProxy(text: string, from: string): URL {
  // people write `proxy.example.com:3128`, and curl and Go take it
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.hostname && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new SkillsError('ERR_CONFIG_INVALID', `${from} names no proxy that can be used`, {
    hint: 'write it as http://proxy.example.com:3128; SOCKS proxies are not supported',
  });
}

/** Headers that authenticate at a proxy whose URL holds a name and a password. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const plain = `${decoded(username)}:${decoded(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(plain).toString('base64')}` };
}

/**
 * The name that a proxy's own certificate must have: Node would take that of the Host header, which is the target's. ''
 * for an address, which is no server name (RFC 6066 section 3) and is compared with the certificate's addresses.
 */
export function serverNameOf({ hostname }: URL): string {
  return /^[\d.]+$|^\[/.test(hostname) ? '' : hostname;
}

/** A `%` that escapes nothing is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a NO_PROXY list exempts a URL. Entries, between commas or spaces: `*`; `example.com` for it and all below it;
 * `.example.com` and `*.example.com` for what is below it; an address, or a range as `10.0.0.0/8`; each with `:port` or
 * without.
 */
export function isExempt(url: URL, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(url, entry.toLowerCase()));
}

function matches(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const { host, port } = splitPort(entry);
  if (port !== undefined && port !== portOf(url)) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (host.includes('/')) return isInRange(name, host);
  if (/^(?:\*?\.)/.test(host)) return name.endsWith(host.replace(/^\*/, ''));
  return name === host || name.endsWith(`.${host}`);
}

function splitPort(entry: string): { host: string; port?: string } {
  const [, host = entry, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), ...(port === undefined ? {} : { port }) };
}

export function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

function isInRange(address: string, range: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net');
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  const prefix = Number(bits);
  if (family === 0 || isIP(address) !== family || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128))
    return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, prefix, kind);
  return block.check(address, kind);
}
