import { isLoopback, isSkillsError } from '../../core/index.ts';
import { parseChallenges } from '../registry/index.ts';
import { no, type Probe, type Probing, type Seen, unknown, yes } from './types.ts';

/** Days before its end at which a certificate is worth a word. */
const fewDays = 14;

export const probeConnection: Probe = async ({ registry, signal }) => {
  const { tls, url } = await registry.ask({ method: 'GET', path: '/v2/', asNobody: true, signal });
  if (url.protocol === 'http:') {
    const seen = 'plain http, without encryption';
    return isLoopback(url)
      ? yes(`${seen}, on this machine`)
      : no(seen, 'passwords and skills can be read and changed on their way: put TLS before the registry');
  }
  if (!tls) return yes('https');
  const { protocol, issuer, expires } = tls;
  const until = expires ? ` until ${expires.toISOString().slice(0, 10)}` : '';
  const days = expires ? (expires.getTime() - Date.now()) / 86_400_000 : Number.POSITIVE_INFINITY;
  return yes(
    `https, ${protocol}, certificate by ${issuer}${until}`,
    days < fewDays ? `the certificate ends in ${Math.floor(days)} days` : undefined,
  );
};

export const probeApi: Probe = async ({ registry, signal }) => {
  const answer = await registry.ask({ method: 'GET', path: '/v2/', signal }).catch(noRegistry);
  if ('answer' in answer) return answer;
  const { status, headers, text } = answer;
  const version = headers['docker-distribution-api-version'];
  if (status === 200 || status === 401 || status === 403) {
    return yes(`/v2/ answers ${status}${version ? `, ${version}` : ''}`);
  }
  const page = isPage(text) ? ' with a web page' : '';
  return no(`/v2/ answers ${status}${page}`, 'check that this is the host of a registry, and not of its web pages');
};

function isPage(text: string): boolean {
  return /^\s*<(?:!doctype|html)/i.test(text);
}

/** What does not answer as a registry is none; other failures are told as such. */
function noRegistry(error: unknown): Seen {
  if (isSkillsError(error, 'ERR_REGISTRY')) return no(error.message, error.hint);
  throw error;
}

/** What the registry wants to know of who asks, and whether it takes what we have. */
export const probeLogin: Probe = async (probing) => {
  const { registry, repository, signal } = probing;
  const { status, headers, text } = await registry.ask({ method: 'GET', path: '/v2/', asNobody: true, signal });
  if (status === 200 && isPage(text)) return unknown('not tried: what answers is no registry');
  const from = await registry.locateCredentials(repository);
  const ours = from === undefined ? 'we have no credentials for it' : `credentials from ${from}`;
  if (status === 200) return yes(`nobody needs to log in to read /v2/; ${ours}`);
  const challenges = parseChallenges(headers['www-authenticate'] ?? '').map(describeChallenge);
  const wants = challenges.length > 0 ? challenges.join(' or ') : `something that it does not name (${status})`;
  return judge(await tryCredentials(probing), wants, from, registry.host);
};

function describeChallenge({ scheme, parameters }: ReturnType<typeof parseChallenges>[number]): string {
  const realm = parameters.get('realm') ?? '';
  if (scheme === 'basic') return `a password (Basic${realm ? `, realm "${realm}"` : ''})`;
  if (scheme !== 'bearer') return scheme;
  const service = parameters.get('service');
  const host = URL.canParse(realm) ? new URL(realm).host : realm;
  return `a token (Bearer) from ${host}${service ? ` for the service ${service}` : ''}`;
}

async function tryCredentials({ registry, signal }: Probing): Promise<'accepted' | 'refused'> {
  try {
    const { status } = await registry.ask({ method: 'GET', path: '/v2/', signal });
    return status === 200 ? 'accepted' : 'refused';
  } catch (error) {
    if (isSkillsError(error, 'ERR_UNAUTHORISED')) return 'refused';
    throw error;
  }
}

function judge(outcome: 'accepted' | 'refused', wants: string, from: string | undefined, host: string): Seen {
  if (from === undefined) {
    return outcome === 'accepted'
      ? yes(`wants ${wants}, which it also gives to those without an account; we have no credentials`)
      : unknown(`wants ${wants}; we have no credentials for it`, `skills login ${host}`);
  }
  return outcome === 'accepted'
    ? yes(`wants ${wants}; credentials from ${from} are accepted`)
    : no(`wants ${wants}; credentials from ${from} are refused`, `log in again: skills login ${host}`);
}
