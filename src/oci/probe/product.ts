import type { IncomingHttpHeaders } from 'node:http';
import { parseRecord } from './sample.ts';
import type { Probing } from './types.ts';

/** A registry's make, where it can be told. */
export interface RegistryProduct {
  readonly name: string;
  readonly version?: string;
}

const hosts: readonly (readonly [host: RegExp, name: string])[] = [
  [/^ghcr\.io$/, 'GitHub Container Registry'],
  [/^(?:index\.|registry-1\.)?docker\.io$/, 'Docker Hub'],
  [/^public\.ecr\.aws$|\.ecr(?:-fips)?\.[\w-]+\.amazonaws\.com(?:\.cn)?$/, 'Amazon ECR'],
  [/\.azurecr\.(?:io|cn|us)$/, 'Azure Container Registry'],
  [/(?:^|[.-])pkg\.dev$/, 'Google Artifact Registry'],
  [/^quay\.io$/, 'Quay'],
  [/^registry\.gitlab\.com$/, 'GitLab'],
];

/** Looks at the host's name, at headers, and at one address that only Harbor or zot has. */
export async function findProduct(
  probing: Probing,
  headers: IncomingHttpHeaders,
): Promise<RegistryProduct | undefined> {
  const host = probing.registry.host.replace(/:\d+$/, '');
  const known = hosts.find(([pattern]) => pattern.test(host));
  if (known) return { name: known[1] };
  if (headers['x-jfrog-version'] || /artifactory/i.test(String(headers['x-artifactory-id'] ?? headers.server ?? ''))) {
    return { name: 'JFrog Artifactory' };
  }
  return (await findHarbor(probing)) ?? (await findZot(probing));
}

/** Whether a Harbor shows sigstore bundles as signatures: since 2.15. */
export function showsBundles({ name, version }: RegistryProduct): boolean | undefined {
  if (name !== 'Harbor') return undefined;
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 15);
}

async function findHarbor({ registry, signal }: Probing): Promise<RegistryProduct | undefined> {
  const ping = await registry.ask({ method: 'GET', path: '/api/v2.0/ping', asNobody: true, signal });
  if (ping.status !== 200 || !/^"?pong"?$/i.test(ping.text.trim())) return undefined;
  const info = await registry.ask({ method: 'GET', path: '/api/v2.0/systeminfo', asNobody: true, signal });
  const version = parseRecord(info.text).harbor_version;
  return { name: 'Harbor', ...(typeof version === 'string' ? { version } : {}) };
}

async function findZot({ registry, signal }: Probing): Promise<RegistryProduct | undefined> {
  const path = '/v2/_oci/ext/discover';
  const { status, text } = await registry.ask({ method: 'GET', path, asNobody: true, signal });
  return status === 200 && /zot/i.test(text) ? { name: 'zot' } : undefined;
}
