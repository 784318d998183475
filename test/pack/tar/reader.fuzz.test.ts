import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillsError, sha256, streamOf, verified } from '../../../src/core/index.ts';
import { unpackStream } from '../../../src/pack/unpack/unpack-tar.ts';
import { end, file, gnuLong, link, pax, type TestEntry, tar } from '../helpers/tar-builder.ts';
import { makeTemporary, removeTemporaries } from '../helpers/temporary.ts';

const name = fc.stringMatching(/^q[a-z0-9.-]{0,7}z$/);
const content = fc.uint8Array({ maxLength: 1_500 });
const bad = [
  '../out',
  '/etc/out',
  'a/../../out',
  '..',
  '.',
  '',
  'con',
  'a\\..\\out',
  '\u0000',
  'x'.repeat(99),
  'A',
  'a/',
  '//out',
];

/** An entry as an attacker could write it. */
const hostile: fc.Arbitrary<TestEntry> = fc
  .tuple(
    fc.oneof(name, fc.constantFrom(...bad)),
    fc.constantFrom('0', '\0', '1', '2', '3', '5', '6', '7', 'g', 'x', 'L', 'K', 'S', 'V', 'Z'),
    content,
    fc.option(fc.nat(4_000)),
    fc.constantFrom(...bad, 'a', 'a/b'),
  )
  .map(([path, type, bytes, size, target]) => ({
    path,
    type,
    content: type === '0' ? bytes : '',
    target,
    ...(size === null ? {} : { size }),
  }));

const special: fc.Arbitrary<TestEntry> = fc.oneof(
  fc.constantFrom(...bad).map((path) => pax({ path })),
  fc.constantFrom('-1', '1e9', '99999999999999999999', 'x', '5').map((size) => pax({ size })),
  fc.constantFrom(...bad).map((path) => gnuLong(`${path}${'y'.repeat(3)}`)),
  fc.constantFrom(...bad).map((target) => link('a', target)),
);

const ordinary = fc
  .uniqueArray(fc.tuple(name, content), { selector: ([path]) => path.toLowerCase(), minLength: 1, maxLength: 4 })
  .map((files) => [
    file('pdf/SKILL.md', '---\nname: pdf\ndescription: d\n---\n'),
    ...files.map(([path, bytes]) => file(`pdf/d/${path}`, bytes)),
  ]);

type Change = (bytes: Buffer) => Buffer;

/** Bytes turned over, blocks cut out, doubled and exchanged, the end cut off. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([at, byte]): Change =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        copy[at % copy.length] = byte;
        return copy;
      },
  ),
  fc.nat().map(
    (at): Change =>
      (bytes) =>
        bytes.subarray(0, at % bytes.length),
  ),
  fc.tuple(fc.nat(), fc.nat(3)).map(
    ([at, count]): Change =>
      (bytes) => {
        const start = blockAt(bytes, at);
        return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 512 * count)]);
      },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Change =>
      (bytes) => {
        const block = bytes.subarray(blockAt(bytes, from), blockAt(bytes, from) + 512);
        const at = blockAt(bytes, to);
        return Buffer.concat([bytes.subarray(0, at), block, bytes.subarray(at)]);
      },
  ),
  // a header that is altered and has the right checksum all the same
  fc.tuple(fc.nat(), fc.nat(511), fc.nat(255)).map(
    ([at, offset, byte]): Change =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        const header = copy.subarray(blockAt(copy, at), blockAt(copy, at) + 512);
        header[offset % header.length] = byte;
        if (header.length === 512) header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
        return copy;
      },
  ),
);

function blockAt(bytes: Buffer, at: number): number {
  return (at % Math.max(1, Math.floor(bytes.length / 512))) * 512;
}

function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

/** All that is below a folder, with what it holds. */
function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const at = join(folder, path);
    found[path] = lstatSync(at).isFile() ? readFileSync(at, 'latin1') : 'no file';
  }
  return found;
}

const limits = { bytes: 1024 * 1024 };
let ground: string;
let round = 0;

/** Unpacks; what is refused must be refused as an archive, in bounded time, and nothing may be elsewhere. */
async function unpack(bytes: Buffer, stream = () => streamOf(bytes)): Promise<string | undefined> {
  const place = join(ground, `round-${round++}`, 'in', 'side');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, '..', 'out'), 'untouched');
  const destination = join(place, 'pdf');
  const start = performance.now();
  try {
    const { contentDigest } = await unpackStream(stream(), destination, { limits });
    return contentDigest;
  } catch (error) {
    if (!isSkillsError(error, 'ERR_ARCHIVE_UNSAFE', 'ERR_ARTIFACT_INVALID', 'ERR_DIGEST_MISMATCH')) throw error;
    expect(existsSync(destination), 'nothing of what is refused is there').to.equal(false);
    return undefined;
  } finally {
    expect(performance.now() - start).to.be.below(5_000);
    const around = snapshot(join(place, '..'));
    const elsewhere = Object.keys(around).filter(
      (path) => path !== 'out' && path !== 'side' && !path.startsWith('side/pdf'),
    );
    expect(elsewhere, 'nothing is written elsewhere').to.deep.equal([]);
    expect(around.out).to.equal('untouched');
    expect(readdirSync(join(place, '..', '..'))).to.deep.equal(['in']);
    for (const [path, what] of Object.entries(around)) {
      if (what === 'no file' && path !== 'side')
        expect(lstatSync(join(place, '..', path)).isDirectory(), path).to.equal(true);
    }
  }
}

describe('tars, with anything in them', () => {
  beforeEach(() => {
    ground = makeTemporary();
  });
  afterEach(removeTemporaries);

  it('that were altered are never unpacked where their digest is known, unless they are the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        ordinary,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (entries, changes, zip) => {
          const original = zip ? gzipSync(tar(...entries)) : tar(...entries);
          const altered = changes.reduce((bytes, alter) => alter(bytes), original);
          const descriptor = { mediaType: 'application/x', digest: sha256(original), size: original.length };
          const expected = await unpack(original);
          expect(expected).to.match(/^sha256:/);
          const got = await unpack(altered, () => verified(streamOf(altered), descriptor, 'the layer'));
          expect(got).to.equal(altered.equals(original) ? expected : undefined);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('that were altered are unpacked or refused, and write nowhere else', async () => {
    await fc.assert(
      fc.asyncProperty(
        ordinary,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (entries, changes, zip) => {
          const altered = changes.reduce((bytes, alter) => alter(bytes), tar(...entries));
          await unpack(zip ? gzipSync(altered) : altered);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('that were made to do harm are unpacked or refused, and write nowhere else', async () => {
    const entries = fc.array(fc.oneof(hostile, special), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(ordinary, entries, fc.boolean(), async (some, others, first) => {
        await unpack(tar(...(first ? [...others, ...some] : [...some, ...others])));
      }),
      { numRuns: 400 },
    );
  });

  it('are unpacked to the same whatever pieces they come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        ordinary,
        fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 9 }),
        async (entries, sizes) => {
          const bytes = tar(...entries);
          async function* inPieces() {
            for (let at = 0, n = 0; at < bytes.length; n++) {
              const size = sizes[n % sizes.length] ?? 1;
              yield bytes.subarray(at, at + size);
              at += size;
            }
          }
          expect(await unpack(bytes, inPieces)).to.equal(await unpack(bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are no tars at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
        expect(await unpack(Buffer.from(bytes))).to.equal(undefined);
        await unpack(Buffer.concat([Buffer.from(bytes), end]));
      }),
      { numRuns: 100 },
    );
  });
});
