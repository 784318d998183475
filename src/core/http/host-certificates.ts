import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TlsFiles } from './trust.ts';

/**
 * What docker and podman keep for a host in `certs.d/HOST[:PORT]/` (containers-certs.d(5)): every `*.crt` is a
 * certificate authority, and `NAME.cert` with `NAME.key` a client certificate. The first folder that exists counts.
 */
export function findHostCertificates(hosts: readonly string[], env: NodeJS.ProcessEnv): TlsFiles {
  for (const folder of certificateFolders(env)) {
    for (const host of hosts) {
      const files = listFiles(join(folder, host));
      if (files.length > 0) return certificatesOf(join(folder, host), files);
    }
  }
  return {};
}

function certificateFolders(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') return [join(env.ProgramData ?? 'C:\\ProgramData', 'docker', 'certs.d')];
  const home = env.HOME ?? homedir();
  return [
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'certs.d'),
    join(home, '.docker', 'certs.d'),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ];
}

function certificatesOf(folder: string, files: readonly string[]): TlsFiles {
  const ca = files.filter((file) => file.endsWith('.crt')).map((file) => join(folder, file));
  const cert = files.find((file) => file.endsWith('.cert') && files.includes(`${stem(file)}.key`));
  return cert ? { ca, cert: join(folder, cert), key: join(folder, `${stem(cert)}.key`) } : { ca };
}

function stem(file: string): string {
  return file.slice(0, file.lastIndexOf('.'));
}

/** Sorted, so that the same files always mean the same; none where the folder cannot be read. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
