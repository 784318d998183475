import { config } from '../layout/content.ts';
import type { Row } from './ask.ts';
import { blobPath, image, large, list, manifestPath, missing, ranged, ten, uuid, wide } from './fixtures.ts';

/** Requests that read, in the order in which they are made. */
export const pullRows: readonly Row[] = [
  { description: 'ping', path: '/v2/', status: 200, text: '{}' },
  { description: 'ping without a slash', path: '/v2', status: 200, text: '{}' },
  { description: 'ping by HEAD', method: 'HEAD', path: '/v2/', status: 200, text: '' },
  {
    description: 'ping by PUT',
    method: 'PUT',
    path: '/v2/',
    status: 405,
    code: 'UNSUPPORTED',
    expect: { allow: 'GET, HEAD' },
  },
  ...['/', '/v1/', '/v2/x', '/v2/x/y', '/v2/a/b/tags', '/v2/a/b/other/x', '/favicon.ico', '/v2//manifests'].map(
    (path) => ({
      description: `nothing at ${path}`,
      path,
      status: 404,
      code: 'UNSUPPORTED',
    }),
  ),
  ...[
    'A',
    '..',
    'a/../b',
    '.a',
    'a//b',
    'a/.',
    '-a',
    'a_',
    'a..b',
    'a___b',
    'a%2F..%2Fb',
    'a%00',
    'x'.repeat(256),
    '%2e%2e/x',
    'ä',
  ].map((name) => ({
    description: `the name ${name.slice(0, 20)}`,
    path: `/v2/${encodeURI(name).replaceAll('%25', '%')}/tags/list`,
    status: 400,
    code: 'NAME_INVALID',
  })),
  { description: 'a path that is not well formed', path: '/v2/%zz/tags/list', status: 400, code: 'NAME_INVALID' },
  ...(
    [
      ['POST', manifestPath('t00'), 'GET, HEAD, PUT, DELETE'],
      ['PUT', blobPath(ten.descriptor.digest), 'GET, HEAD, DELETE'],
      ['DELETE', '/v2/a/b/tags/list', 'GET, HEAD'],
      ['POST', '/v2/a/b/referrers/x', 'GET, HEAD'],
      ['GET', '/v2/a/b/blobs/uploads/', 'POST'],
      ['POST', `/v2/a/b/blobs/uploads/${uuid}`, 'GET, PATCH, PUT, DELETE'],
      ['DELETE', '/v2/_catalog', 'GET, HEAD'],
    ] as const
  ).map(([method, path, allow]) => ({
    description: `${method} of ${path.slice(0, 30)}`,
    method,
    path,
    status: 405,
    code: 'UNSUPPORTED',
    expect: { allow },
  })),

  ...['GET', 'HEAD'].flatMap((method) =>
    [ten, large, wide, config].map((content) => ({
      description: `${method} of a blob of ${content.bytes.byteLength} bytes`,
      method,
      path: blobPath(content.descriptor.digest),
      status: 200,
      expect: {
        'content-length': String(content.bytes.byteLength),
        'docker-content-digest': content.descriptor.digest,
        'content-type': 'application/octet-stream',
        'accept-ranges': 'bytes',
        etag: `"${content.descriptor.digest}"`,
      },
      text: method === 'GET' ? Buffer.from(content.bytes).toString() : '',
    })),
  ),
  { description: 'an unknown blob', path: blobPath(missing), status: 404, code: 'BLOB_UNKNOWN' },
  { description: 'HEAD of an unknown blob', method: 'HEAD', path: blobPath(missing), status: 404, text: '' },
  {
    description: 'a blob of an unknown repository',
    path: `/v2/none/blobs/${missing}`,
    status: 404,
    code: 'BLOB_UNKNOWN',
  },
  {
    description: 'a digest with its colon encoded',
    path: blobPath(ten.descriptor.digest.replace(':', '%3A')),
    status: 200,
  },
  ...['sha256:xyz', 'md5:0123', 'latest', missing.toUpperCase(), `${missing}0`, '..'].map((text) => ({
    description: `the digest ${text.slice(0, 20)}`,
    path: blobPath(text),
    status: 400,
    code: 'DIGEST_INVALID',
  })),
  {
    description: 'a blob that the client has',
    path: blobPath(ten.descriptor.digest),
    headers: { 'if-none-match': `"x", "${ten.descriptor.digest}"` },
    status: 304,
    text: '',
  },
  ranged('bytes=0-0', 206, { text: '0', expect: { 'content-range': 'bytes 0-0/10', 'content-length': '1' } }),
  ranged('bytes=2-5', 206, { text: '2345', expect: { 'content-range': 'bytes 2-5/10' } }),
  ranged('bytes=7-', 206, { text: '789', expect: { 'content-range': 'bytes 7-9/10' } }),
  ranged('bytes=-3', 206, { text: '789', expect: { 'content-range': 'bytes 7-9/10' } }),
  ranged('bytes=-99', 206, { text: '0123456789', expect: { 'content-range': 'bytes 0-9/10' } }),
  ranged('bytes=5-99', 206, { text: '56789', expect: { 'content-range': 'bytes 5-9/10' } }),
  ranged('BYTES=1-1', 206, { text: '1' }),
  ...['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=5-4'].map((range) =>
    ranged(range, 416, { code: 'SIZE_INVALID', expect: { 'content-range': 'bytes */10' } }),
  ),
  ...['bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,3-4', '0-1', 'bytes'].map((range) =>
    ranged(range, 200, { text: '0123456789', expect: { 'content-range': undefined } }),
  ),
  ranged('bytes=0-1', 206, {
    description: 'a range if the blob is the same',
    headers: { range: 'bytes=0-1', 'if-range': `"${ten.descriptor.digest}"` },
    text: '01',
  }),
  ranged('bytes=0-1', 200, {
    description: 'a range if the blob is another',
    headers: { range: 'bytes=0-1', 'if-range': '"other"' },
    text: '0123456789',
  }),
  ranged('bytes=0-1', 200, { description: 'a range by HEAD', method: 'HEAD', expect: { 'content-length': '10' } }),
  {
    description: 'the end of a large blob',
    path: blobPath(large.descriptor.digest),
    headers: { range: 'bytes=300000-599999' },
    status: 206,
    text: Buffer.from(large.bytes.subarray(300_000)).toString(),
  },

  ...['GET', 'HEAD'].flatMap((method) =>
    (
      [
        ['t00', image],
        [image.descriptor.digest, image],
        ['list', list],
        [list.descriptor.digest, list],
      ] as const
    ).map(([reference, content]) => ({
      description: `${method} of the manifest ${reference.slice(0, 14)}`,
      method,
      path: manifestPath(reference),
      status: 200,
      expect: {
        'content-type': content.descriptor.mediaType,
        'content-length': String(content.bytes.byteLength),
        'docker-content-digest': content.descriptor.digest,
      },
      text: method === 'GET' ? Buffer.from(content.bytes).toString() : '',
    })),
  ),
  { description: 'an unknown tag', path: manifestPath('none'), status: 404, code: 'MANIFEST_UNKNOWN' },
  { description: 'HEAD of an unknown tag', method: 'HEAD', path: manifestPath('none'), status: 404, text: '' },
  { description: 'an unknown manifest', path: manifestPath(missing), status: 404, code: 'MANIFEST_UNKNOWN' },
  {
    description: 'a blob asked for as a manifest',
    path: manifestPath(ten.descriptor.digest),
    status: 404,
    code: 'MANIFEST_UNKNOWN',
  },
  {
    description: 'a manifest of an unknown repository',
    path: '/v2/none/manifests/x',
    status: 404,
    code: 'NAME_UNKNOWN',
  },
  { description: 'a reference that is none', path: manifestPath('-x'), status: 404, code: 'MANIFEST_UNKNOWN' },
  {
    description: 'a manifest by a broken digest',
    path: manifestPath('sha256:12'),
    status: 400,
    code: 'DIGEST_INVALID',
  },
  {
    description: 'a manifest that the client has',
    path: manifestPath('t00'),
    headers: { 'if-none-match': `"${image.descriptor.digest}"` },
    status: 304,
  },
];
