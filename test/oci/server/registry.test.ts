import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { mediaTypes } from '../../../src/core/index.ts';
import { LayoutRegistry, verifyLayout } from '../../../src/oci/layout/index.ts';
import { blob, config, digestOf, index, manifest, push } from '../layout/content.ts';
import { ask, checkRow, type Row, useServer } from './ask.ts';

const ten = blob('0123456789');
const large = blob(Buffer.alloc(600_000, 'large content '));
const wide = blob('sha512 content', 'sha512');
const image = manifest([ten]);
const list = index([image]);
const signature = manifest([], { subject: image.descriptor, artifactType: 'application/vnd.sig' });
const report = manifest([], { subject: image.descriptor, artifactType: 'application/vnd.report' });
const missing = blob('missing').descriptor.digest;
const type = { 'content-type': mediaTypes.imageManifest };
const uuid = '00000000-0000-4000-8000-000000000000';
const tags = Array.from({ length: 12 }, (_, at) => `t${String(at).padStart(2, '0')}`);

const blobPath = (digest: string) => `/v2/a/b/blobs/${digest}`;
const manifestPath = (reference: string) => `/v2/a/b/manifests/${reference}`;
const ranged = (range: string, status: number, more: Partial<Row> = {}): Row => ({
  description: `range ${range}`,
  path: blobPath(ten.descriptor.digest),
  headers: { range },
  status,
  ...more,
});
const badPut = (description: string, body: string | Uint8Array, code: string, more: Partial<Row> = {}): Row => ({
  description: `a manifest ${description}`,
  method: 'PUT',
  path: manifestPath('bad'),
  headers: type,
  body,
  status: 400,
  code,
  ...more,
});
const changed = (more: Record<string, unknown>) => manifest([ten], more).bytes;

const rows: readonly Row[] = [
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

  badPut('that is no JSON', 'x', 'MANIFEST_INVALID'),
  badPut('that is empty', '', 'MANIFEST_INVALID'),
  badPut('that is null', 'null', 'MANIFEST_INVALID'),
  badPut('that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'MANIFEST_INVALID'),
  badPut('without schemaVersion', changed({ schemaVersion: undefined }), 'MANIFEST_INVALID'),
  badPut('of schemaVersion 1', changed({ schemaVersion: 1 }), 'MANIFEST_INVALID'),
  badPut('without a config', changed({ config: undefined }), 'MANIFEST_INVALID'),
  badPut('without layers', changed({ layers: undefined }), 'MANIFEST_INVALID'),
  badPut('whose layer has no digest', changed({ layers: [{ mediaType: 'x/y', size: 1 }] }), 'MANIFEST_INVALID'),
  badPut(
    'whose layer has a broken digest',
    changed({ layers: [{ ...ten.descriptor, digest: 'sha256:0' }] }),
    'MANIFEST_INVALID',
  ),
  badPut('whose layer has a negative size', changed({ layers: [{ ...ten.descriptor, size: -1 }] }), 'MANIFEST_INVALID'),
  badPut('whose subject is none', changed({ subject: 'x' }), 'MANIFEST_INVALID'),
  badPut('of another type than it says', image.bytes, 'MANIFEST_INVALID', {
    headers: { 'content-type': mediaTypes.imageIndex },
  }),
  badPut('of an unknown type', image.bytes, 'MANIFEST_INVALID', { headers: { 'content-type': 'text/plain' } }),
  badPut('with a missing layer', manifest([blob('missing')]).bytes, 'MANIFEST_BLOB_UNKNOWN'),
  badPut(
    'with a layer of another size',
    changed({ layers: [{ ...ten.descriptor, size: 11 }] }),
    'MANIFEST_BLOB_UNKNOWN',
  ),
  badPut('with a missing config', changed({ config: blob('missing').descriptor }), 'MANIFEST_BLOB_UNKNOWN'),
  badPut('list with a missing child', index([manifest([wide])]).bytes, 'MANIFEST_BLOB_UNKNOWN', {
    headers: { 'content-type': mediaTypes.imageIndex },
  }),
  badPut('under a digest that is not its own', image.bytes, 'DIGEST_INVALID', { path: manifestPath(missing) }),
  badPut('under a name that is no tag', image.bytes, 'MANIFEST_INVALID', { path: manifestPath('-x') }),
  badPut('with a parameter that is no tag', image.bytes, 'MANIFEST_INVALID', {
    path: `${manifestPath(image.descriptor.digest)}?tag=a/b`,
  }),
  badPut('of more than 4 MiB', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), 'SIZE_INVALID', { status: 413 }),
  badPut('of more than 4 MiB, of unknown length', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), 'SIZE_INVALID', {
    status: 413,
    headers: { ...type, 'transfer-encoding': 'chunked' },
  }),
  { description: 'nothing came of what was refused', path: manifestPath('bad'), status: 404, code: 'MANIFEST_UNKNOWN' },
  ...(
    [
      ['under a tag', 'put-1', image.bytes, type, {}],
      ['again', 'put-1', image.bytes, type, {}],
      ['without a Content-Type', 'put-2', image.bytes, {}, {}],
      [
        'with a parameter in its Content-Type',
        'put-3',
        image.bytes,
        { 'content-type': `${mediaTypes.imageManifest}; charset=utf-8` },
        {},
      ],
      ['of unknown length', 'put-4', image.bytes, { ...type, 'transfer-encoding': 'chunked' }, {}],
      ['under its digest', image.descriptor.digest, image.bytes, type, {}],
      ['with tags', `${image.descriptor.digest}?tag=p1&tag=p2`, image.bytes, type, { 'oci-tag': 'p1, p2' }],
      [
        'with a subject',
        'put-5',
        changed({ subject: list.descriptor }),
        type,
        { 'oci-subject': list.descriptor.digest },
      ],
      [
        'whose subject is missing',
        'put-6',
        changed({ subject: { ...image.descriptor, digest: missing } }),
        type,
        { 'oci-subject': missing },
      ],
      [
        'whose layers may not be distributed',
        'put-7',
        changed({
          layers: [
            { ...blob('away').descriptor, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' },
          ],
        }),
        type,
        {},
      ],
    ] as const
  ).map(([description, reference, body, headers, expected]) => ({
    description: `a manifest is taken ${description}`,
    method: 'PUT',
    path: manifestPath(reference),
    headers,
    body,
    status: 201,
    expect: {
      location: manifestPath(digestOf(body)),
      'docker-content-digest': digestOf(body),
      'oci-subject': undefined,
      ...expected,
    },
  })),
  { description: 'a tag of a parameter', path: manifestPath('p2'), status: 200 },
  ...['put-1', 'put-2', 'put-3', 'put-4', 'put-5', 'put-6', 'put-7', 'p1', 'p2'].map((tag) => ({
    description: `DELETE of the tag ${tag}`,
    method: 'DELETE',
    path: manifestPath(tag),
    status: 202,
  })),
  {
    description: 'DELETE of a tag that is gone',
    method: 'DELETE',
    path: manifestPath('p2'),
    status: 404,
    code: 'MANIFEST_UNKNOWN',
  },
  {
    description: 'DELETE of an unknown manifest',
    method: 'DELETE',
    path: manifestPath(missing),
    status: 404,
    code: 'MANIFEST_UNKNOWN',
  },
  {
    description: 'DELETE in an unknown repository',
    method: 'DELETE',
    path: '/v2/none/manifests/x',
    status: 404,
    code: 'NAME_UNKNOWN',
  },
  {
    description: 'DELETE of an unknown blob',
    method: 'DELETE',
    path: blobPath(missing),
    status: 404,
    code: 'BLOB_UNKNOWN',
  },
  {
    description: 'DELETE of a blob by a tag',
    method: 'DELETE',
    path: blobPath('x'),
    status: 400,
    code: 'DIGEST_INVALID',
  },

  {
    description: 'all tags',
    path: '/v2/a/b/tags/list',
    status: 200,
    json: { name: 'a/b', tags: ['list', ...tags] },
    expect: { link: undefined },
  },
  {
    description: 'no tags',
    path: '/v2/a/b/tags/list?n=0',
    status: 200,
    json: { name: 'a/b', tags: [] },
    expect: { link: undefined },
  },
  {
    description: 'a page of tags',
    path: '/v2/a/b/tags/list?n=3',
    status: 200,
    json: { name: 'a/b', tags: ['list', 't00', 't01'] },
    expect: { link: '</v2/a/b/tags/list?n=3&last=t01>; rel="next"' },
  },
  {
    description: 'the next page',
    path: '/v2/a/b/tags/list?n=2&last=t01',
    status: 200,
    json: { name: 'a/b', tags: ['t02', 't03'] },
  },
  {
    description: 'the last page',
    path: '/v2/a/b/tags/list?n=5&last=t09',
    status: 200,
    json: { name: 'a/b', tags: ['t10', 't11'] },
    expect: { link: undefined },
  },
  { description: 'exactly the rest', path: '/v2/a/b/tags/list?n=2&last=t09', status: 200, expect: { link: undefined } },
  {
    description: 'after a tag that is not there',
    path: '/v2/a/b/tags/list?last=t095',
    status: 200,
    json: { name: 'a/b', tags: ['t10', 't11'] },
  },
  {
    description: 'after the last tag',
    path: '/v2/a/b/tags/list?last=zz',
    status: 200,
    json: { name: 'a/b', tags: [] },
  },
  { description: 'more than there are', path: '/v2/a/b/tags/list?n=999999', status: 200, expect: { link: undefined } },
  ...['-1', 'x', '1.5', ''].map((n) => ({
    description: `n=${n}`,
    path: `/v2/a/b/tags/list?n=${n}`,
    status: 400,
    code: 'UNSUPPORTED',
  })),
  { description: 'tags of an unknown repository', path: '/v2/none/tags/list', status: 404, code: 'NAME_UNKNOWN' },
  {
    description: 'a repository with blobs only',
    path: '/v2/other/tags/list',
    status: 200,
    json: { name: 'other', tags: [] },
  },
  {
    description: 'the catalogue',
    path: '/v2/_catalog',
    status: 200,
    json: { repositories: ['a', 'a/b', 'a/blobs', 'other'] },
  },
  {
    description: 'a page of the catalogue',
    path: '/v2/_catalog?n=2',
    status: 200,
    json: { repositories: ['a', 'a/b'] },
    expect: { link: '</v2/_catalog?n=2&last=a%2Fb>; rel="next"' },
  },
  {
    description: 'the rest of the catalogue',
    path: '/v2/_catalog?n=2&last=a%2Fb',
    status: 200,
    json: { repositories: ['a/blobs', 'other'] },
    expect: { link: undefined },
  },
  {
    description: 'a repository named as a folder of blobs',
    path: `/v2/a/blobs/blobs/${config.descriptor.digest}`,
    status: 200,
    text: '{}',
  },
  {
    description: 'referrers',
    path: `/v2/a/b/referrers/${image.descriptor.digest}`,
    status: 200,
    expect: { 'content-type': mediaTypes.imageIndex, 'oci-filters-applied': undefined, link: undefined },
    json: {
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [
        { ...signature.descriptor, artifactType: 'application/vnd.sig' },
        { ...report.descriptor, artifactType: 'application/vnd.report' },
      ],
    },
  },
  {
    description: 'referrers of a type',
    path: `/v2/a/b/referrers/${image.descriptor.digest}?artifactType=application%2Fvnd.report`,
    status: 200,
    expect: { 'oci-filters-applied': 'artifactType' },
    json: {
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [{ ...report.descriptor, artifactType: 'application/vnd.report' }],
    },
  },
  ...['a/b', 'none'].map((name) => ({
    description: `no referrers in ${name}`,
    path: `/v2/${name}/referrers/${wide.descriptor.digest}`,
    status: 200,
    json: { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [] },
  })),
  { description: 'referrers of a tag', path: '/v2/a/b/referrers/t00', status: 400, code: 'DIGEST_INVALID' },

  ...['GET', 'PATCH', 'PUT', 'DELETE'].flatMap((method) =>
    [uuid, 'x', '..%2F..%2Findex.json'].map((id) => ({
      description: `${method} of the unknown upload ${id.slice(0, 8)}`,
      method,
      path: `/v2/a/b/blobs/uploads/${id}${method === 'PUT' ? `?digest=${missing}` : ''}`,
      status: 404,
    })),
  ),
  ...(
    [
      ['a digest that is none', 'digest=x'],
      ['an unknown algorithm', 'digest-algorithm=md5'],
      ['a mount of what is no digest', 'mount=x&from=a/b'],
    ] as const
  ).map(([description, query]) => ({
    description: `an upload with ${description}`,
    method: 'POST',
    path: `/v2/up/blobs/uploads/?${query}`,
    status: 400,
    code: 'DIGEST_INVALID',
  })),
  {
    description: 'a blob in one POST',
    method: 'POST',
    path: `/v2/up/blobs/uploads/?digest=${ten.descriptor.digest}`,
    body: ten.bytes,
    status: 201,
    expect: { location: `/v2/up/blobs/${ten.descriptor.digest}`, 'docker-content-digest': ten.descriptor.digest },
  },
  {
    description: 'a sha512 blob in one POST',
    method: 'POST',
    path: `/v2/up/blobs/uploads/?digest=${wide.descriptor.digest}`,
    body: wide.bytes,
    status: 201,
  },
  {
    description: 'a blob in one POST with another digest',
    method: 'POST',
    path: `/v2/up/blobs/uploads/?digest=${missing}`,
    body: 'x',
    status: 400,
    code: 'DIGEST_INVALID',
  },
  {
    description: 'a mount',
    method: 'POST',
    path: `/v2/up/blobs/uploads/?mount=${large.descriptor.digest}&from=a/b`,
    status: 201,
    expect: { location: `/v2/up/blobs/${large.descriptor.digest}` },
  },
  { description: 'what was mounted', method: 'HEAD', path: `/v2/up/blobs/${large.descriptor.digest}`, status: 200 },
  {
    description: 'a mount again',
    method: 'POST',
    path: `/v2/up/blobs/uploads/?mount=${large.descriptor.digest}&from=a/b`,
    status: 201,
  },
  {
    description: 'a mount without a source',
    method: 'POST',
    path: `/v2/up2/blobs/uploads/?mount=${large.descriptor.digest}`,
    status: 201,
  },
  ...['from=none', 'from=A', 'from=../a', 'from='].map((from) => ({
    description: `a mount that cannot be: ${from}`,
    method: 'POST',
    path: `/v2/up/blobs/uploads/?mount=${missing}&${from}`,
    status: 202,
    expect: { location: /^\/v2\/up\/blobs\/uploads\/[0-9a-f-]{36}$/ },
  })),
];

describe('oci/server: the table of requests and answers', () => {
  let dir = '';
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'skills-server-'));
    const registry = new LayoutRegistry(dir, { durable: false });
    const main = registry.repository('a/b');
    await push(main, config, ten, large, wide, image, list, signature, report);
    for (const tag of tags) await main.tag(image.descriptor, tag);
    await main.tag(list.descriptor, 'list');
    for (const name of ['a', 'a/blobs', 'other']) await push(registry.repository(name), config);
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const server = useServer(() => dir);

  for (const row of rows) it(row.description, async () => void (await checkRow(server(), row)));

  it('leaves layouts that verify', async () => {
    for (const name of ['a/b', 'up', 'other']) {
      expect((await verifyLayout(join(dir, name))).problems, name).to.deep.equal([]);
    }
  });
});

describe('oci/server: uploads in pieces', () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'skills-server-'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const server = useServer(() => dir);
  const start = async (query = '') => {
    const reply = await ask(server(), `/v2/r/blobs/uploads/${query}`, { method: 'POST' });
    expect(reply.status).to.equal(202);
    expect(reply.headers.range).to.equal('0-0');
    return String(reply.headers.location);
  };
  const chunk = (body: string, range?: string, more: Partial<Row> = {}): Row => ({
    description: '',
    path: '',
    method: 'PATCH',
    body,
    headers: range === undefined ? {} : { 'content-range': range },
    status: 202,
    ...more,
  });
  const status = (range: string): Row => ({ description: '', path: '', status: 204, expect: { range } });
  const finish = (text: string, more: Partial<Row> = {}): Row => ({
    description: text,
    path: `?digest=${blob(text).descriptor.digest}`,
    method: 'PUT',
    status: 201,
    ...more,
  });

  const flows: readonly (readonly [string, readonly Row[]])[] = [
    ['POST and PUT', [finish('whole', { body: 'whole' })]],
    ['nothing at all', [finish('')]],
    ['one stream', [chunk('abc', undefined, { headers: { 'transfer-encoding': 'chunked' } }), finish('abc')]],
    ['chunks without ranges', [chunk('abc'), chunk('def', undefined, { expect: { range: '0-5' } }), finish('abcdef')]],
    [
      'chunks in order',
      [chunk('abc', '0-2', { expect: { range: '0-2' } }), chunk('def', '3-5'), status('0-5'), finish('abcdef')],
    ],
    [
      'the last chunk in the PUT',
      [chunk('abc', '0-2'), finish('abcdef', { body: 'def', headers: { 'content-range': '3-5' } })],
    ],
    [
      'chunks out of order',
      [
        chunk('def', '3-5', {
          status: 416,
          code: 'BLOB_UPLOAD_INVALID',
          expect: { range: '0-0', location: /uploads/ },
        }),
        status('0-0'),
        chunk('abc', '0-2'),
        chunk('abc', '0-2', { status: 416 }),
        chunk('x', '9-9', { status: 416 }),
        finish('abcdef', { body: 'def', headers: { 'content-range': '4-6' }, status: 416 }),
        status('0-2'),
        finish('abcdef', { body: 'def', headers: { 'content-range': '3-5' } }),
      ],
    ],
    ...['x', '0', '2-0', 'bytes 0-2/3', '0-', '-2'].map(
      (range) =>
        [
          `the range "${range}"`,
          [chunk('abc', range, { status: 400, code: 'BLOB_UPLOAD_INVALID' }), status('0-0')],
        ] as const,
    ),
    ['a range of another length', [chunk('abc', '0-3', { status: 400, code: 'SIZE_INVALID' }), status('0-0')]],
    [
      'another digest',
      [
        chunk('abc'),
        finish('abd', { status: 400, code: 'DIGEST_INVALID' }),
        { ...status(''), status: 404, expect: {} },
      ],
    ],
    ['no digest', [chunk('abc'), { ...finish('abc'), path: '', status: 400, code: 'DIGEST_INVALID' }, status('0-2')]],
    [
      'another algorithm than was announced',
      [chunk('abc'), { ...finish('abc'), path: `?digest=${blob('abc', 'sha512').descriptor.digest}` }],
    ],
    [
      'a cancelled upload',
      [
        chunk('abc'),
        { description: '', path: '', method: 'DELETE', status: 204 },
        { ...status(''), status: 404, code: 'BLOB_UPLOAD_UNKNOWN', expect: {} },
        chunk('abc', undefined, { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' }),
        finish('abc', { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' }),
      ],
    ],
    [
      'an upload that is over',
      [finish('abc', { body: 'abc' }), finish('abc', { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })],
    ],
  ];
  for (const [description, steps] of flows) {
    it(description, async () => {
      const location = await start();
      for (const step of steps) await checkRow(server(), { ...step, path: location + step.path });
      const done = steps.find((step) => step.status === 201);
      if (done && done.path === finish(done.description).path) {
        await checkRow(server(), {
          description: '',
          path: `/v2/r/blobs/${blob(done.description).descriptor.digest}`,
          status: 200,
          text: done.description,
        });
      }
    });
  }

  it('leaves nothing behind and a layout that verifies', async () => {
    const open = readdirSync(join(dir, 'r', '.uploads'));
    expect(open.every((name) => /^[0-9a-f-]{36}$/.test(name))).to.equal(true);
    expect((await verifyLayout(join(dir, 'r'))).problems).to.deep.equal([]);
  });
});
