import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RegistryServer, type RegistryServerOptions, serveRegistry } from '../../../src/oci/server/index.ts';

/** What a registry lacks, compared with the embedded one. */
export interface Limits {
  /** No referrers API, and no OCI-Subject. */
  readonly referrers?: false;
  /** `DELETE` of manifests and blobs is answered by 405; of tags alone with `tags`. */
  readonly deletes?: false | 'tags';
  readonly catalogue?: false;
  readonly mounts?: false;
  readonly ranges?: false;
  readonly chunks?: false;
  /** Bytes of a request above which it is answered by 413, as a proxy in front does. */
  readonly largestBody?: number;
  /** Manifests without a signature are answered by 412, except to a client that calls itself cosign (Harbor). */
  readonly contentTrust?: true;
  /** Tags cannot be moved. */
  readonly immutable?: true;
  /** No `Docker-Content-Digest`, and no manifest for a client that does not name its type, as old registries. */
  readonly digestHeader?: false;
}

/** The embedded registry behind a door that takes something from it. */
export interface LimitedRegistry extends AsyncDisposable {
  readonly host: string;
  /** `METHOD path` of every request. */
  readonly asked: readonly string[];
}

export async function serveLimited(limits: Limits, options: RegistryServerOptions): Promise<LimitedRegistry> {
  const behind = await serveRegistry(options);
  const asked: string[] = [];
  const known = new Set<string>();
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!refuse(incoming, response, limits, known)) forward(incoming, response, limits, behind);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await behind.close();
    },
  };
}

function refuse(incoming: IncomingMessage, response: ServerResponse, limits: Limits, known: Set<string>): boolean {
  const { method = '', url = '' } = incoming;
  const refuseWith = (status: number, code: string) => {
    incoming.resume();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(method === 'HEAD' ? '' : JSON.stringify({ errors: [{ code, message: 'not here' }] }));
    return true;
  };
  if (limits.referrers === false && url.includes('/referrers/')) return refuseWith(404, 'NOT_FOUND');
  if (limits.catalogue === false && url.startsWith('/v2/_catalog')) return refuseWith(404, 'UNSUPPORTED');
  if (method === 'DELETE' && !url.includes('/uploads/')) {
    const isTag = url.includes('/manifests/') && !url.includes('sha256:');
    if (limits.deletes === false || (limits.deletes === 'tags' && isTag)) return refuseWith(405, 'UNSUPPORTED');
  }
  if (limits.chunks === false && method === 'PATCH') return refuseWith(405, 'UNSUPPORTED');
  if (Number(incoming.headers['content-length'] ?? 0) > (limits.largestBody ?? Number.POSITIVE_INFINITY)) {
    return refuseWith(413, 'SIZE_INVALID');
  }
  const readsManifest = ['GET', 'HEAD'].includes(method) && url.includes('/manifests/');
  if (limits.contentTrust && readsManifest && !/cosign|notation/i.test(incoming.headers['user-agent'] ?? '')) {
    return refuseWith(412, 'PROJECTPOLICYVIOLATION');
  }
  // As distribution does, which would have to convert it to what was usual before.
  const accepts = incoming.headers.accept ?? '';
  if (limits.digestHeader === false && readsManifest && !accepts.includes('oci.image'))
    return refuseWith(404, 'MANIFEST_UNKNOWN');
  if (limits.immutable && method === 'PUT' && url.includes('/manifests/') && !url.includes('sha256:')) {
    if (known.has(url)) return refuseWith(409, 'TAG_IMMUTABLE');
    known.add(url);
  }
  return false;
}

function forward(incoming: IncomingMessage, response: ServerResponse, limits: Limits, behind: RegistryServer): void {
  const headers = { ...incoming.headers };
  if (limits.ranges === false) delete headers.range;
  const url = limits.mounts === false ? incoming.url?.replace(/\?mount=.*/, '') : incoming.url;
  const outgoing = request(`${behind.url}${url}`, { method: incoming.method, headers }, (answer) => {
    const out = { ...answer.headers };
    if (limits.referrers === false) delete out['oci-subject'];
    if (limits.digestHeader === false) delete out['docker-content-digest'];
    response.writeHead(answer.statusCode ?? 500, out);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
