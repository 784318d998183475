import { type Digest, isRepositoryName, mediaTypes, type StagedUpload } from '../../core/index.ts';
import { type Answer, refuse } from './answer.ts';
import { blobLocation, bodyOf, type RepositoryExchange, withDigest } from './exchange.ts';
import { parseChunkRange } from './range.ts';

/** end-4a, 4b, 4c and 11: begins an upload, takes a whole blob, or takes one over from another repository. */
export async function startUpload(exchange: RepositoryExchange): Promise<Answer> {
  const { query, layout } = exchange;
  const algorithm = query.get('digest-algorithm') ?? 'sha256';
  if (algorithm !== 'sha256' && algorithm !== 'sha512') {
    return refuse('DIGEST_INVALID', `"${algorithm}" is no algorithm that is known here: sha256, sha512`);
  }
  if (query.has('mount')) return withDigest(query.get('mount'), (digest) => mountBlob(exchange, digest));
  if (query.has('digest')) return withDigest(query.get('digest'), (digest) => takeWhole(exchange, digest));
  return accepted(exchange, await layout.stage(algorithm));
}

/** end-5: one chunk. */
export async function patchUpload(exchange: RepositoryExchange): Promise<Answer> {
  const upload = exchange.layout.staged(exchange.key);
  if (!upload) return unknownUpload();
  const refusal = checkChunk(exchange, upload);
  if (refusal) return refusal;
  await upload.append(bodyOf(exchange.request));
  return accepted(exchange, upload);
}

/** end-6: the last chunk, or the whole, or nothing more, and the digest. */
export async function finishUpload(exchange: RepositoryExchange): Promise<Answer> {
  const upload = exchange.layout.staged(exchange.key);
  if (!upload) return unknownUpload();
  return withDigest(exchange.query.get('digest'), async (digest) => {
    const refusal = checkChunk(exchange, upload);
    if (refusal) return refusal;
    await upload.append(bodyOf(exchange.request));
    await upload.commit(digest);
    return created(exchange, digest);
  });
}

/** end-13 */
export function uploadStatus(exchange: RepositoryExchange): Answer {
  const upload = exchange.layout.staged(exchange.key);
  return upload ? { status: 204, headers: uploadHeaders(exchange, upload) } : unknownUpload();
}

/** end-14 */
export async function cancelUpload({ layout, key }: RepositoryExchange): Promise<Answer> {
  const upload = layout.staged(key);
  if (!upload) return unknownUpload();
  await upload.abort();
  return { status: 204 };
}

/**
 * `from` may be left out: then any repository will do. Where the blob cannot be taken over, the client goes on with an
 * upload ("Mounting a blob from another repository").
 */
async function mountBlob(exchange: RepositoryExchange, digest: Digest): Promise<Answer> {
  const { layout, query, registry } = exchange;
  const from = query.get('from') ?? registry.holderOf(digest) ?? '';
  const blob = { mediaType: mediaTypes.octetStream, digest, size: 0 };
  const mounted = isRepositoryName(from) && (await layout.mount(blob, from));
  return mounted ? created(exchange, digest) : accepted(exchange, await layout.stage());
}

async function takeWhole(exchange: RepositoryExchange, digest: Digest): Promise<Answer> {
  const upload = await exchange.layout.stage(digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  try {
    await upload.append(bodyOf(exchange.request));
    await upload.commit(digest);
  } catch (error) {
    // Nobody knows the id of this upload, so nobody could go on with it.
    await upload.abort();
    throw error;
  }
  return created(exchange, digest);
}

function checkChunk(exchange: RepositoryExchange, upload: StagedUpload): Answer | undefined {
  const { 'content-range': header, 'content-length': length } = exchange.request.headers;
  if (header === undefined) return undefined;
  const range = parseChunkRange(header);
  if (!range) return refuse('BLOB_UPLOAD_INVALID', `"${header}" is no range of a chunk: <first>-<last>`);
  if (range.start !== upload.offset) return outOfOrder(exchange, upload);
  if (length === undefined || Number(length) === range.end - range.start + 1) return undefined;
  return refuse('SIZE_INVALID', `the range "${header}" and the Content-Length ${length} disagree`);
}

function outOfOrder(exchange: RepositoryExchange, upload: StagedUpload): Answer {
  return refuse('BLOB_UPLOAD_INVALID', `the next chunk begins at ${upload.offset}`, {
    status: 416,
    headers: uploadHeaders(exchange, upload),
  });
}

function accepted(exchange: RepositoryExchange, upload: StagedUpload): Answer {
  return { status: 202, headers: uploadHeaders(exchange, upload) };
}

/** For nothing received yet the range is `0-0`, as every registry says it: a last byte before the first cannot be written. */
function uploadHeaders({ name }: RepositoryExchange, { id, offset }: StagedUpload) {
  return {
    Location: `/v2/${name}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, offset - 1)}`,
    'Docker-Upload-UUID': id,
  };
}

function created({ name }: RepositoryExchange, digest: Digest): Answer {
  return { status: 201, headers: { Location: blobLocation(name, digest), 'Docker-Content-Digest': digest } };
}

function unknownUpload(): Answer {
  return refuse('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry: it ended, expired or never was');
}
