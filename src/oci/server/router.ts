import type { IncomingMessage } from 'node:http';
import { isRepositoryName } from '../../core/index.ts';
import type { LayoutRegistry } from '../layout/index.ts';
import { type Answer, refuse, unknownName } from './answer.ts';
import { deleteBlob, getBlob } from './blobs.ts';
import type { Handler, RepositoryExchange } from './exchange.ts';
import { listReferrers, listRepositories, listTags } from './lists.ts';
import { deleteManifest, getManifest, putManifest } from './manifests.ts';
import { cancelUpload, finishUpload, patchUpload, startUpload, uploadStatus } from './uploads.ts';

type Methods = Readonly<Record<string, Handler<RepositoryExchange>>>;

/** What follows the repository's name, longest first: a name may itself contain `blobs` or `manifests`. */
const routes: readonly (readonly [RegExp, Methods])[] = [
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, { POST: startUpload }],
  [
    /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    { GET: uploadStatus, PATCH: patchUpload, PUT: finishUpload, DELETE: cancelUpload },
  ],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, { GET: getBlob, HEAD: getBlob, DELETE: deleteBlob }],
  [
    /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    { GET: getManifest, HEAD: getManifest, PUT: putManifest, DELETE: deleteManifest },
  ],
  [/^\/v2\/(.+)\/tags\/list$/, { GET: listTags, HEAD: listTags }],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, { GET: listReferrers, HEAD: listReferrers }],
];

const reading = new Set(['GET', 'HEAD']);

/** Whether a request only reads. */
export function isReading(request: IncomingMessage): boolean {
  return reading.has(request.method ?? '');
}

/** Finds what a request is about and answers it. */
export function route(request: IncomingMessage, registry: LayoutRegistry): Answer | Promise<Answer> {
  const [rawPath = '', rawQuery = ''] = splitOnce(request.url ?? '', '?');
  const path = decodePath(rawPath);
  if (path === undefined) return refuse('NAME_INVALID', 'the path is not well formed');
  const query = new URLSearchParams(rawQuery);
  if (path === '/v2/' || path === '/v2') return ping(request);
  if (path === '/v2/_catalog') return only(request, ['GET', 'HEAD']) ?? listRepositories({ request, query, registry });
  for (const [pattern, methods] of routes) {
    const match = pattern.exec(path);
    if (match) return enter({ request, query, registry }, methods, match[1] ?? '', match[2] ?? '');
  }
  return refuse('UNSUPPORTED', 'there is nothing at this path', { status: 404 });
}

function enter(
  exchange: { request: IncomingMessage; query: URLSearchParams; registry: LayoutRegistry },
  methods: Methods,
  name: string,
  key: string,
): Answer | Promise<Answer> {
  const refusal = only(exchange.request, Object.keys(methods));
  if (refusal) return refusal;
  if (!isRepositoryName(name)) return refuse('NAME_INVALID', `"${name}" is no repository name`);
  const layout = exchange.registry.repository(name);
  const handler = methods[exchange.request.method ?? ''];
  return handler ? handler({ ...exchange, name, layout, key }) : unknownName(name);
}

/** end-1 */
function ping(request: IncomingMessage): Answer {
  const headers = { 'Content-Type': 'application/json' };
  return only(request, ['GET', 'HEAD']) ?? { status: 200, headers, body: '{}' };
}

function only(request: IncomingMessage, methods: readonly string[]): Answer | undefined {
  if (methods.includes(request.method ?? '')) return undefined;
  return refuse('UNSUPPORTED', `${request.method} is not supported here`, { headers: { Allow: methods.join(', ') } });
}

function decodePath(path: string): string | undefined {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path;
  } catch {
    return undefined;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
