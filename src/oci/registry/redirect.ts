import { SkillsError } from '../../core/index.ts';
import { mayBePlain, type Settings } from './settings.ts';
import { type Answer, discard, type Outgoing, type Transport } from './transport.ts';

const mostHops = 10;
const reading = new Set(['GET', 'HEAD']);

/**
 * Sends a request and follows its redirects. Authorization is dropped at the first hop that leaves the origin, and stays
 * so (distribution-spec: it MUST NOT be forwarded across hosts).
 *
 * @throws SkillsError ERR_INSECURE where a redirect leaves https, ERR_REGISTRY where there are too many or one is broken.
 */
export async function sendFollowing(transport: Transport, outgoing: Outgoing, settings: Settings): Promise<Answer> {
  let next = outgoing;
  for (let hop = 0; hop <= mostHops; hop++) {
    const answer = await transport.send(next);
    const location = redirectOf(answer, next.method);
    if (location === undefined) return answer;
    discard(answer);
    next = redirected(next, resolveLocation(location, answer.url, settings));
  }
  throw new SkillsError('ERR_REGISTRY', `${outgoing.url.host} redirects without an end`, {
    hint: 'check that this is the address of a registry',
  });
}

function redirectOf(answer: Answer, method: string): string | undefined {
  // 301 to 303 turn other methods into a GET, which would lose what was sent
  const followed = reading.has(method) ? [301, 302, 303, 307, 308] : [307, 308];
  return followed.includes(answer.status) ? answer.headers.location : undefined;
}

function redirected(outgoing: Outgoing, url: URL): Outgoing {
  if (url.origin === outgoing.url.origin) return { ...outgoing, url };
  const { authorization: _, ...headers } = outgoing.headers;
  return { ...outgoing, url, headers };
}

/**
 * The URL that a Location header names. It must not lead from https to plain http, nor to plain http elsewhere than on
 * loopback or a configured host.
 *
 * @throws SkillsError ERR_REGISTRY, ERR_INSECURE
 */
export function resolveLocation(location: string, from: URL, settings: Settings): URL {
  if (!URL.canParse(location, from.href)) {
    throw new SkillsError('ERR_REGISTRY', `${from.host} answered with a broken Location header`);
  }
  const url = withoutUser(new URL(location, from));
  const fromPlain = from.protocol === 'http:';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && fromPlain && mayBePlain(url, settings.plainHttp))) {
    return url;
  }
  throw new SkillsError('ERR_INSECURE', `${from.host} leads to ${url.protocol}//${url.host}, which is not secure`, {
    hint: fromPlain
      ? `allow plain http for ${url.host} in the configuration if you trust that network`
      : 'a registry must not lead from https to another protocol; tell its operator',
  });
}

/** A name and password that somebody else has put into an address are not ours to send. */
export function withoutUser(url: URL): URL {
  url.username = '';
  url.password = '';
  return url;
}
