import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import { SkillsError } from '../../core/index.ts';

/** A token that nobody guesses: 192 bits, URL-safe. */
export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/** @throws SkillsError ERR_UNAUTHORISED where `authorization` does not carry the token (RFC 6750 section 2.1). */
export function checkToken(token: string, authorization: string | undefined): void {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (given !== undefined && isSame(given, token)) return;
  throw new SkillsError(
    'ERR_UNAUTHORISED',
    given === undefined ? 'changes need the token of the index' : 'this is not the token of the index',
    { hint: 'send the token that "skills index serve" printed when it started' },
  );
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function isSame(given: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
