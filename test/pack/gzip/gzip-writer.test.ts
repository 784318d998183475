import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { sha256 } from '../../../src/core/index.ts';
import { createGzipWriter, largestCompressed } from '../../../src/pack/gzip/gzip-writer.ts';

/** Bytes that neither repeat nor are random, the same everywhere. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 42;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = 97 + ((state >>> 16) % 20);
  }
  return bytes;
}

async function compress(bytes: Buffer, cut: number, length = bytes.length): Promise<Buffer> {
  const out: Buffer[] = [];
  const writer = await createGzipWriter(length, (piece) => out.push(Buffer.from(piece)));
  for (let at = 0; at < bytes.length; at += cut) writer.push(bytes.subarray(at, at + cut));
  writer.end();
  return Buffer.concat(out);
}

describe('pack: gzip', () => {
  for (const [title, length, golden] of [
    ['nothing', 0, 'ac73670af3abed54ac6fb4695131f4099be9fbe39d6076c5d0264a6bbdae9d83'],
    ['one cut exactly', 65_536, '1da322edc322805f711b3577ac85ee7495093dc00f59fa76c7383db1814ad8c3'],
    ['a tar of 200 KB', 200_192, '054bd1b28f948a1873e926e61bb10091cb0b9bb19f2d00ffbaa421c158302d55'],
    [
      'the largest that is compressed',
      largestCompressed,
      'a1333f54ac9ab102e7678fcb002f52be7bcc7993294abb2162c40a4117272096',
    ],
    [
      'the smallest that is stored',
      largestCompressed + 512,
      '7ffd87953bf7270e5e2f3c2e6f54ab7a42b877b2ece60d8ca0213e18521a2e6f',
    ],
  ] as const) {
    it(`gives the same bytes for ${title}, however it is cut`, async () => {
      const bytes = sample(length);
      const cuts = length > 1_000_000 ? [10_007, 1_048_576, length] : [1, 10_007, 1_048_576];
      for (const cut of cuts) {
        const zipped = await compress(bytes, cut);
        expect(sha256(zipped), `pieces of ${cut}`).to.equal(`sha256:${golden}`);
        expect(gunzipSync(zipped).equals(bytes)).to.equal(true);
      }
    });
  }

  it('is fed byte by byte above the limit too', async () => {
    const bytes = sample(300_000);
    const stored = await compress(bytes, 1, largestCompressed + 1);
    expect(stored.equals(await compress(bytes, 1_048_576, largestCompressed + 1))).to.equal(true);
    expect(gunzipSync(stored).equals(bytes)).to.equal(true);
  });

  it('has a header without time, name or system', async () => {
    const zipped = await compress(sample(10), 10);
    expect(zipped.subarray(0, 10).toString('hex')).to.equal('1f8b08000000000000ff');
  });
});
