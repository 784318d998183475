import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyLayout } from '../../../src/oci/layout/index.ts';
import { blob } from '../layout/content.ts';
import { ask, checkRow, type Row, useServer } from './ask.ts';

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
