import type { Digest } from '../../core/index.ts';
import { type Answer, refuse } from './answer.ts';
import { matchesTag, type RepositoryExchange, withDigest } from './exchange.ts';
import { parseRange } from './range.ts';

/** end-2: GET and HEAD of a blob, with ranges. */
export function getBlob(exchange: RepositoryExchange): Answer | Promise<Answer> {
  return withDigest(exchange.key, (digest) => {
    const size = exchange.layout.sizeOf(digest);
    return size === undefined ? refuse('BLOB_UNKNOWN', 'blob unknown to registry') : sendBlob(exchange, digest, size);
  });
}

/** end-10 */
export function deleteBlob({ layout, key }: RepositoryExchange): Answer | Promise<Answer> {
  return withDigest(key, async (digest) => {
    await layout.delete({ mediaType: '', digest, size: 0 });
    return { status: 202 };
  });
}

function sendBlob({ request, layout }: RepositoryExchange, digest: Digest, size: number): Answer {
  const headers = {
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
  };
  if (matchesTag(request, headers.ETag)) return { status: 304, headers };
  const condition = request.headers['if-range'];
  const wanted = condition === undefined || condition === headers.ETag ? request.headers.range : undefined;
  const range = request.method === 'GET' ? parseRange(wanted, size) : undefined;
  if (range === 'unsatisfiable') return unsatisfiable(size);
  const path = layout.pathOf(digest);
  if (!range) return { status: 200, headers, body: { path, start: 0, end: size - 1 } };
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${start}-${end}/${size}` },
    body: { path, start, end },
  };
}

function unsatisfiable(size: number): Answer {
  return refuse('SIZE_INVALID', `the range lies outside of the ${size} bytes`, {
    status: 416,
    headers: { 'Content-Range': `bytes */${size}` },
  });
}
