import { type ErrorCode, type ErrorDetails, SkillsError, TrustError } from '../../core/index.ts';
import type { Credentials } from '../credentials/index.ts';
import { isWebPage, readExcerpt } from './body.ts';
import { parseRetryAfter } from './retry.ts';
import type { Settings } from './settings.ts';
import type { Answer } from './transport.ts';

/** What was asked for, for the words of an error. */
export interface Asked {
  /** As an object: `the tags of acme/pdf`. */
  readonly what: string;
  readonly method?: string | undefined;
  readonly scopes: readonly string[];
  /** The code of a 404. */
  readonly missing?: 'ERR_NOT_FOUND' | 'ERR_BLOB_UNKNOWN' | undefined;
  /** Those that were there to be sent: the registry's words are not to repeat them. */
  readonly credentials: Credentials | undefined;
}

interface Explanation {
  readonly text: string;
  /** Codes of distribution-spec, "Error Codes". */
  readonly codes: readonly string[];
}

/** Turns an answer that was not hoped for into an error, whatever its body is. */
export async function failureOf(answer: Answer, asked: Asked, settings: Settings): Promise<SkillsError> {
  const explanation = explanationOf(answer, withoutSecrets(await readExcerpt(answer), asked.credentials));
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after']);
  const { code, message, hint } = describe(answer, asked, settings, retryAfterMs, explanation.text);
  const reason = explanation.text ? `: ${explanation.text}` : '';
  const details: ErrorDetails = {
    hint,
    data: {
      host: settings.host,
      status: answer.status,
      ...(explanation.codes.length > 0 ? { codes: explanation.codes } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  };
  return code === 'ERR_UNTRUSTED'
    ? new TrustError(code, message + reason, details)
    : new SkillsError(code, message + reason, details);
}

function describe(
  answer: Answer,
  asked: Asked,
  settings: Settings,
  retryAfterMs: number | undefined,
  said: string,
): { code: ErrorCode; message: string; hint: string } {
  const { status } = answer;
  const { host } = settings;
  if (status === 401 || status === 403) return unauthorised(status, asked, settings);
  if (status === 404) {
    return {
      code: asked.missing ?? 'ERR_NOT_FOUND',
      message: `${host} does not hold ${asked.what}`,
      hint: missingHint(host),
    };
  }
  if (status === 412) {
    return {
      code: 'ERR_UNTRUSTED',
      message: `${host} refuses ${asked.what} by its policy`,
      hint: "the registry's operator decides on this: content may have to be signed or scanned first, and tags may be fixed",
    };
  }
  if (status === 429) {
    const wait = retryAfterMs === undefined ? 'wait a while' : `it asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
    const hint = `${wait}; \`skills login ${host}\` often raises the limit`;
    return { code: 'ERR_RATE_LIMITED', message: `${host} asks to slow down (429) on ${asked.what}`, hint };
  }
  if (status >= 300 && status < 400) {
    const message = `${host} redirects (${status}) to nowhere that can be followed on ${asked.what}`;
    return { code: 'ERR_REGISTRY', message, hint: 'check that this is the address of a registry' };
  }
  if (asked.method === 'DELETE' && [400, 405, 501].includes(status)) {
    const message = `${host} does not delete ${asked.what} (${status})`;
    const hint = 'deleting is switched off there; in distribution REGISTRY_STORAGE_DELETE_ENABLED=true allows it';
    return { code: 'ERR_REGISTRY', message, hint };
  }
  if (status === 400 && answer.url.protocol === 'http:' && /https/i.test(said)) {
    const hint = 'it speaks https: name the authority of its certificate by --ca-file FILE, and leave --plain-http out';
    return { code: 'ERR_REGISTRY', message: `${host} answered ${status} on ${asked.what}`, hint };
  }
  const hint = status >= 500 ? 'try again later; the registry has a problem' : 'the registry does not accept this';
  return { code: 'ERR_REGISTRY', message: `${host} answered ${status} on ${asked.what}`, hint };
}

function missingHint(host: string): string {
  return `check the spelling; some registries also answer so for what you may not see: \`skills login ${host}\``;
}

function unauthorised(
  status: number,
  asked: Asked,
  { host, credentials }: Settings,
): { code: ErrorCode; message: string; hint: string } {
  const writes = asked.scopes.some((scope) => /[:,](?:push|delete)(?:,|$)/.test(scope));
  const authenticated = asked.credentials !== undefined;
  const hint = authenticated
    ? `the credentials for ${host} are refused${status === 403 || writes ? ', or lack the right to do this' : ''}; ${credentials.mend?.(host) ?? `log in again with \`skills login ${host}\``}`
    : (credentials.explain?.(host) ?? `log in with \`skills login ${host}\``);
  const message = `${host} ${authenticated ? 'refuses access to' : 'wants credentials for'} ${asked.what}`;
  return { code: 'ERR_UNAUTHORISED', message, hint };
}

/** Some servers repeat what they were sent. */
function withoutSecrets(text: string, { password, identityToken, registryToken }: Credentials = {}): string {
  const secrets = [password, identityToken, registryToken].filter((secret) => secret !== undefined && secret !== '');
  return secrets.reduce<string>((rest, secret = '') => rest.replaceAll(secret, '***'), text);
}

/** The registry's own words: the spec's errors, or whatever JSON or text there is, but never a web page. */
function explanationOf(answer: Answer, text: string): Explanation {
  if (isWebPage(answer, text))
    return { text: 'it answered with a web page; is this the address of a registry?', codes: [] };
  const parsed = parse(text);
  if (parsed === undefined) return { text: clean(text.split('\n')[0] ?? ''), codes: [] };
  const errors = Array.isArray(parsed.errors) ? parsed.errors.filter(isRecord) : [];
  const parts = errors.map((error) => [error.code, error.message].filter(isText).join(' '));
  const other = [parsed.message, parsed.error_description, parsed.error, parsed.details].find(isText);
  return {
    text: clean(parts.filter(Boolean).join('; ') || (other ?? '')),
    codes: errors.map((error) => error.code).filter(isText),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return undefined;
  }
}

/** Text from outside for a terminal: one line, no control characters, not long. */
export function clean(text: string, longest = 300): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
