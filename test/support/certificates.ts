import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as PEM files. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** For `DNS:` and `IP:`; by default this machine's loopback and `registry.test`. */
  readonly names?: string;
  /** How long it is good for; below 0 it never was. */
  readonly days?: number;
}

/** A certificate authority of a test's own, made with openssl in a folder that goes away with it. */
export class TestAuthority implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'skills-ca-'));
  /** The authority's certificate, as a PEM file. */
  readonly ca = join(this.folder, 'ca.pem');
  readonly #key = join(this.folder, 'ca.key');
  #count = 0;

  constructor(name = 'skills test authority') {
    openssl(
      ['req', '-x509', ...newKey, '-keyout', this.#key, '-out', this.ca, '-days', '2', '-subj', `/CN=${name}`],
      this.folder,
    );
  }

  issue({ names = 'DNS:registry.test,DNS:localhost,IP:127.0.0.1', days = 2 }: CertificateOptions = {}): Identity {
    const base = join(this.folder, `issued-${++this.#count}`);
    const [cert, key, request, extensions] = [`${base}.pem`, `${base}.key`, `${base}.csr`, `${base}.ext`];
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    openssl(['req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=issued'], this.folder);
    openssl(
      [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        this.ca,
        '-CAkey',
        this.#key,
        '-CAcreateserial',
        '-out',
        cert,
        '-days',
        String(days),
        '-extfile',
        extensions,
      ],
      this.folder,
    );
    return { cert, key };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The same as texts, for a server. */
export function readIdentity({ cert, key }: Identity): Identity {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(args: readonly string[], cwd: string): void {
  execFileSync('openssl', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
}
