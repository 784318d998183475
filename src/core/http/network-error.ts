import { interrupted } from '../abort.ts';
import { SkillsError } from '../errors.ts';

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

type Explain = (cause: ErrorFacts, url: URL) => Explanation;

/** What Node's errors of sockets, TLS and proxies carry. */
interface ErrorFacts {
  readonly message: string;
  readonly code?: string;
  /** The certificate that is for other names. */
  readonly cert?: { readonly subjectaltname?: string };
  /** What a proxy answered. */
  readonly status?: number | undefined;
  /** Whether the proxy is one of the configuration, and not of the environment. */
  readonly configured?: boolean;
}

const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    what: 'the connection was refused',
    hint: 'check that the server is running and that host and port are right',
  },
  ENOTFOUND: {
    what: 'the host name is not known',
    hint: 'check the spelling of the host, the network, and HTTPS_PROXY',
  },
  EAI_AGAIN: { what: 'the host name could not be looked up', hint: 'check the network', passes: true },
  ECONNRESET: { what: 'the connection was broken', passes: true },
  EPIPE: { what: 'the connection was broken', passes: true },
  ENETUNREACH: { what: 'the network cannot be reached', hint: 'check the network and the proxy settings' },
  EHOSTUNREACH: { what: 'the host cannot be reached', hint: 'check the network and the proxy settings' },
};

/** The first that matches the code explains it. */
const families: readonly (readonly [RegExp, Explain])[] = [
  [/^(?:CERT_HAS_EXPIRED|CRL_HAS_EXPIRED)$/, expired],
  [/^CERT_NOT_YET_VALID$/, notYetValid],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, otherNames],
  [
    /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)$/,
    wantsCertificate,
  ],
  [/CERT|SELF_SIGNED|UNABLE_TO_/, unknownAuthority],
  [/^(?:EPROTO|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/, noTls],
  [/^ERR_SSL_/, ({ message }) => ({ what: `no TLS connection could be made: ${lastPart(message)}` })],
  [/^ERR_PROXY$/, refusedByProxy],
  // the parser of HTTP lost its way: what was answered is cut or mixed up
  [/^HPE_/, ({ message }) => ({ what: message, passes: true })],
];

/** An error of a socket, of TLS, of a proxy, or of a timer, as ERR_NETWORK; an abort as ERR_INTERRUPTED. */
export function networkError(cause: unknown, url: URL, signal?: AbortSignal): SkillsError {
  if (cause instanceof SkillsError) return cause;
  if (signal?.aborted) return interrupted(signal);
  const facts = cause as ErrorFacts;
  const { what, hint, passes = false } = explain(facts, url);
  const suffix = facts.code && !(cause instanceof SilenceError) ? ` (${facts.code})` : '';
  return new SkillsError('ERR_NETWORK', `${url.host}: ${what}${suffix}`, {
    cause,
    hint: hint ?? hintFor(facts, url),
    data: { host: url.host, transient: passes },
  });
}

/** What speaks https breaks off, or answers a TLS alert, when it is spoken to in plain http. */
function hintFor({ code = '' }: ErrorFacts, { protocol }: URL): string {
  const general = 'try again; check the network if it happens again';
  return protocol === 'http:' && /^(?:ECONNRESET|EPIPE|HPE_INVALID_CONSTANT)$/.test(code)
    ? `${general}. It was asked over plain http: if it speaks https, name the authority of its certificate by --ca-file FILE`
    : general;
}

/** Whether a certificate was refused because nobody known has issued it. */
export function isUnknownAuthority(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as Partial<ErrorFacts>;
  return /^(?:UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|CERT_UNTRUSTED)/.test(code);
}

function explain(facts: ErrorFacts, url: URL): Explanation {
  const { code = '', message } = facts;
  if (facts instanceof SilenceError) return { what: `${message} (ETIMEDOUT)`, passes: true };
  const known = explanations[code];
  if (known) return known;
  const family = families.find(([pattern]) => pattern.test(code))?.[1];
  return family?.(facts, url) ?? { what: message || 'the connection failed' };
}

function expired(): Explanation {
  return {
    what: 'its certificate is not accepted: it has expired',
    hint: 'tell its operator to renew the certificate; check the clock of this machine too',
  };
}

function notYetValid(): Explanation {
  return {
    what: 'its certificate is not accepted: it is not valid yet',
    hint: "check the clock of this machine, then the certificate's dates with the operator",
  };
}

function otherNames({ cert }: ErrorFacts, url: URL): Explanation {
  return {
    what: `its certificate is not accepted: it is for other names, ${cert?.subjectaltname || 'or none'}`,
    hint: `use one of these names, or have the certificate made for ${url.hostname}`,
  };
}

function wantsCertificate(_: ErrorFacts, url: URL): Explanation {
  return {
    what: 'it refuses the TLS connection: it wants a client certificate, or another one',
    hint: `name yours by --cert-file and --key-file, or for good: skills config set hosts.${url.host}.cert FILE, and .key FILE`,
  };
}

function unknownAuthority({ message }: ErrorFacts, url: URL): Explanation {
  const why = message.replace(/; if the root CA is installed locally.*$/s, '');
  return {
    what: `its certificate is not accepted: ${why}`,
    hint:
      `name the file of the authority that issued it by --ca-file FILE, for good by "skills config set hosts.${url.host}.ca FILE", ` +
      'or for all of Node in NODE_EXTRA_CA_CERTS',
  };
}

function noTls(_: ErrorFacts, url: URL): Explanation {
  return {
    what: 'no TLS connection could be made: it does not speak https',
    hint: `a server that speaks plain http must be configured as such: --plain-http ${url.host}`,
  };
}

function refusedByProxy({ message, status, configured = false }: ErrorFacts, { host }: URL): Explanation {
  if (status === 407) {
    return {
      what: message,
      hint: `put the name and password that the proxy wants into ${configured ? 'its address in the configuration' : 'HTTPS_PROXY'}, between http:// and its host`,
    };
  }
  const unreachable = configured
    ? `"skills config list" shows the proxy that is set for ${host}: check it, and the network`
    : 'check HTTPS_PROXY and the network';
  const refused = configured
    ? 'the proxy decides this; where the host needs none, set its proxy in the configuration to none'
    : 'the proxy decides this; hosts that need no proxy belong in NO_PROXY';
  const hint = status === undefined ? unreachable : refused;
  return { what: message, hint, passes: status !== undefined && status >= 500 };
}

/** `…:SSL routines:function:reason:../file:line:` → the reason */
function lastPart(message: string): string {
  return /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
}
