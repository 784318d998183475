import type { IncomingMessage } from 'node:http';
import { type Answer, refuse } from './answer.ts';
import type { Htpasswd } from './htpasswd.ts';
import { isReading } from './router.ts';

/** Who may do what. Without users everybody may do everything that `readOnly` leaves. */
export interface AccessRules {
  readonly users?: Htpasswd | undefined;
  /** Users are needed for changes only. */
  readonly anonymousPull: boolean;
  readonly readOnly: boolean;
}

/** The refusal of a request that is not allowed, or nothing. */
export async function checkAccess(request: IncomingMessage, rules: AccessRules): Promise<Answer | undefined> {
  const refusal = await checkUser(request, rules);
  if (refusal || !rules.readOnly || isReading(request)) return refusal;
  return refuse('UNSUPPORTED', 'this registry is read-only', { headers: { Allow: 'GET, HEAD' } });
}

async function checkUser(request: IncomingMessage, { users, anonymousPull }: AccessRules): Promise<Answer | undefined> {
  if (!users) return undefined;
  const header = request.headers.authorization;
  if (header === undefined)
    return anonymousPull && isReading(request) ? undefined : challenge('authentication required');
  const credentials = parseBasic(header);
  const right = credentials && (await users.check(credentials.user, credentials.password));
  return right ? undefined : challenge('the user or the password is wrong');
}

/** RFC 7617 */
function challenge(message: string): Answer {
  return refuse('UNAUTHORIZED', message, {
    headers: { 'WWW-Authenticate': 'Basic realm="skills registry", charset="UTF-8"' },
  });
}

function parseBasic(header: string): { user: string; password: string } | undefined {
  const match = /^Basic +([A-Za-z0-9+/_-]+=*)$/i.exec(header);
  const text = Buffer.from(match?.[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
