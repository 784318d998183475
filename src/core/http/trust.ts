import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { SkillsError } from '../errors.ts';

/** Whom a host's certificate is trusted by, and which one is shown to it. All are paths of PEM files. */
export interface TlsFiles {
  /** Certificate authorities that are trusted besides the usual ones. */
  readonly ca?: readonly string[] | undefined;
  /** The client's certificate, with what is between it and its authority. */
  readonly cert?: string | undefined;
  /** The private key of `cert`. */
  readonly key?: string | undefined;
}

/**
 * What TLS works with: Node's authorities (its own and those of NODE_EXTRA_CA_CERTS), those of the files and, where asked
 * for, the operating system's. Made once and kept, for the authorities alone take 10 ms to read.
 *
 * @throws SkillsError ERR_CONFIG_INVALID naming the file that cannot be used.
 */
export function createTrust({ ca = [], cert, key }: TlsFiles, system: boolean): SecureContext {
  const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
  const authorities = ca.flatMap(readAuthorities);
  const identity = readIdentity(cert, key);
  const usual = new Set([...getCACertificates('default'), ...(system ? getCACertificates('system') : [])]);
  try {
    return createSecureContext({ ca: [...usual, ...authorities], ...identity });
  } catch (cause) {
    if (cert && key && (cause as NodeJS.ErrnoException).code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
      const why = `it is not the key of ${cert} (ERR_OSSL_X509_KEY_VALUES_MISMATCH)`;
      throw unusable(key, why, cause, 'name the key that the certificate was made for, or the certificate of this key');
    }
    throw unusable([...ca, cert, key].filter(Boolean).join(', '), (cause as Error).message, cause);
  }
}

/** OpenSSL passes over what it cannot read, and the certificate that was meant is then of an unknown authority. */
function readAuthorities(file: string): string[] {
  const blocks = readPem(file, 'CERTIFICATE').match(
    /-----BEGIN ([A-Z0-9 ]*)CERTIFICATE-----.*?-----END \1CERTIFICATE-----/gs,
  );
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  try {
    return (blocks ?? []).map((block) => new X509Certificate(block).toString());
  } catch (cause) {
    throw unusable(file, 'a certificate in it is damaged', cause);
  }
}

function readIdentity(cert: string | undefined, key: string | undefined): { cert?: string; key?: string } {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) {
    throw new SkillsError(
      'ERR_CONFIG_INVALID',
      `a client certificate needs both its files; only ${cert ?? key} is named`,
      {
        hint: 'name the certificate by --cert-file and its private key by --key-file',
      },
    );
  }
  const secret = readPem(key, 'PRIVATE KEY');
  if (/ENCRYPTED/.test(secret)) {
    throw unusable(
      key,
      'it is protected by a passphrase',
      undefined,
      'keep a copy without one: openssl pkey -in FILE -out NEW',
    );
  }
  return { cert: readPem(cert, 'CERTIFICATE'), key: secret };
}

function readPem(file: string, kind: 'CERTIFICATE' | 'PRIVATE KEY'): string {
  const text = readText(file);
  if (new RegExp(`-----BEGIN [A-Z0-9 ]*${kind}-----`).test(text)) return text;
  throw unusable(
    file,
    `it holds no ${kind.toLowerCase()} in PEM form`,
    undefined,
    'a DER file is made PEM by: openssl x509 -inform der -in FILE -out NEW',
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(file, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function unusable(
  file: string,
  why: string,
  cause?: unknown,
  hint = 'check the path and what the file holds',
): SkillsError {
  return new SkillsError('ERR_CONFIG_INVALID', `${file} cannot be used for TLS: ${why}`, { cause, hint });
}
