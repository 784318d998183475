import { interrupted, SkillsError } from '../../core/index.ts';

/** A server that does not speak in time. */
export class SilenceError extends Error {
  readonly code = 'ETIMEDOUT';
}

interface Explanation {
  readonly what: string;
  readonly hint?: string;
  /** Whether the same request may well succeed a moment later. */
  readonly passes?: boolean;
}

const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    what: 'the connection was refused',
    hint: 'check that the registry is running and that host and port are right',
  },
  ENOTFOUND: { what: 'the host name is not known', hint: 'check the spelling of the registry and the network' },
  EAI_AGAIN: { what: 'the host name could not be looked up', hint: 'check the network', passes: true },
  ECONNRESET: { what: 'the connection was broken', passes: true },
  EPIPE: { what: 'the connection was broken', passes: true },
  ENETUNREACH: { what: 'the network cannot be reached', hint: 'check the network and the proxy settings' },
  EHOSTUNREACH: { what: 'the host cannot be reached', hint: 'check the network and the proxy settings' },
  EPROTO: {
    what: 'no TLS connection could be made',
    hint: 'a registry that speaks plain http must be configured as such',
  },
};

/** An error of a socket, of TLS, or of a timer, as ERR_NETWORK; an abort as ERR_INTERRUPTED. */
export function networkError(cause: unknown, url: URL, signal?: AbortSignal): SkillsError {
  if (cause instanceof SkillsError) return cause;
  if (signal?.aborted) return interrupted(signal);
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const { what, hint, passes = false } = explain(code, message, cause);
  const suffix = code ? ` (${code})` : '';
  return new SkillsError('ERR_NETWORK', `${url.host}: ${what}${suffix}`, {
    cause,
    hint: hint ?? 'try again; check the network if it happens again',
    data: { host: url.host, transient: passes },
  });
}

function explain(code: string, message: string, cause: unknown): Explanation {
  if (cause instanceof SilenceError) return { what: message, passes: true };
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return {
      what: `its certificate is not accepted: ${message}`,
      hint: "name the certificate authority's file in NODE_EXTRA_CA_CERTS, or run with NODE_OPTIONS=--use-system-ca",
    };
  }
  return explanations[code] ?? { what: message || 'the connection failed', passes: code.startsWith('HPE_') };
}
