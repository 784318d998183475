import { type Cancellable, isSkillsError, SkillsError } from '../../core/index.ts';
import type { Client } from './client.ts';
import { discard } from './transport.ts';

/**
 * Shows the credentials to the registry, and asks for nothing else (distribution-spec, "Determining Support"); a token
 * service is asked for a token that allows nothing.
 *
 * @returns `not asked` where the registry lets everybody in: whether they are right shows when something is pushed.
 * @throws SkillsError ERR_UNAUTHORISED where they are refused; ERR_REGISTRY where this is no registry.
 */
export async function checkLogin(client: Client, options: Cancellable): Promise<'accepted' | 'not asked'> {
  const { base, host } = client.settings;
  const call = {
    method: 'GET',
    url: new URL('/v2/', base),
    scopes: [],
    expect: [200],
    what: 'its API (/v2/)',
    signal: options.signal,
  } as const;
  const open = await client.callAsNobody(call);
  discard(open);
  try {
    discard(await client.call(call));
  } catch (cause) {
    if (!isSkillsError(cause, 'ERR_NOT_FOUND')) throw cause;
    throw new SkillsError('ERR_REGISTRY', `${host} has no registry at /v2/`, {
      cause,
      hint: 'check the spelling; the registry may have another host name than its web pages',
    });
  }
  return open.status === 200 ? 'not asked' : 'accepted';
}
