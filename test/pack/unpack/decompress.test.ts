import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { streamOf } from '../../../src/core/index.ts';
import { unpackStream } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { file, tar } from '../helpers/tar-builder.ts';
import { listAll, makeTemporary, removeTemporaries } from '../helpers/temporary.ts';

const noise = randomBytes(3 << 20);
const small = tar(file('SKILL.md', 'text'));
const large = tar(file('SKILL.md', 'text'), file('noise', noise));
const forms: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['gzip', (bytes) => gzipSync(bytes)],
  ['zstd', (bytes) => zstdCompressSync(bytes)],
  ['no compression', (bytes) => bytes],
];

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('pack: layers of any compression', () => {
  afterEach(removeTemporaries);

  for (const [name, pack] of forms) {
    for (const [size, archive] of [
      ['small', small],
      ['large', large],
    ] as const) {
      it(`unpacks a ${size} tar with ${name}, told by its bytes, in pieces of any size`, async () => {
        for (const piece of [7_001, 1 << 20]) {
          const out = join(makeTemporary(), 'out');
          await unpackStream(streamOf(...cut(pack(archive), piece)), out);
          expect(readFileSync(join(out, 'SKILL.md'), 'utf8')).to.equal('text');
          if (archive === large) expect(readFileSync(join(out, 'noise')).equals(noise)).to.equal(true);
        }
      });
    }
  }

  const zeros = Buffer.alloc(80 << 20);
  const damaged = zstdCompressSync(small);
  damaged[12] = (damaged[12] ?? 0) ^ 0xff;
  const broken: readonly (readonly [string, Buffer, 'ERR_ARTIFACT_INVALID' | 'ERR_ARCHIVE_UNSAFE', string])[] = [
    ['zstd cut off', zstdCompressSync(small).subarray(0, -3), 'ERR_ARTIFACT_INVALID', 'truncated'],
    ['large zstd cut off', zstdCompressSync(large).subarray(0, -3), 'ERR_ARTIFACT_INVALID', 'truncated'],
    [
      'zstd with something after it',
      Buffer.concat([zstdCompressSync(small), Buffer.from('x')]),
      'ERR_ARTIFACT_INVALID',
      'trailing-data',
    ],
    [
      'large zstd with something after it',
      Buffer.concat([zstdCompressSync(large), Buffer.alloc(9)]),
      'ERR_ARTIFACT_INVALID',
      'trailing-data',
    ],
    ['damaged zstd', damaged, 'ERR_ARTIFACT_INVALID', 'corrupt'],
    ['a zstd bomb', zstdCompressSync(tar(file('SKILL.md', 'x'), file('zeros', zeros))), 'ERR_ARCHIVE_UNSAFE', 'ratio'],
    ['a tar cut off', large.subarray(0, -2000), 'ERR_ARTIFACT_INVALID', 'truncated'],
    ['text', Buffer.from('no tar at all'), 'ERR_ARTIFACT_INVALID', 'corrupt'],
  ];
  for (const [title, bytes, code, reason] of broken) {
    it(`refuses ${title}, and leaves nothing`, async () => {
      const folder = makeTemporary();
      await expectFailure(() => unpackStream(streamOf(bytes), join(folder, 'out')), code, reason);
      expect(listAll(folder)).to.deep.equal([]);
    });
  }

  it('counts what a tar without compression holds', async () => {
    const out = join(makeTemporary(), 'out');
    await expectFailure(
      () => unpackStream(streamOf(...cut(large, 1 << 16)), out, { limits: { bytes: 1 << 20 } }),
      'ERR_ARCHIVE_UNSAFE',
      'too-large',
    );
  });
});
