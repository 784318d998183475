import { expect } from 'chai';
import fc from 'fast-check';
import {
  isDigest,
  isSkillsError,
  linksOf,
  manifestTypeOf,
  mediaTypes,
  parseIndex,
  parseManifest,
} from '../../src/core/index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const descriptor = { mediaType: 'application/x', digest, size: 3 };
const valid = {
  schemaVersion: 2,
  mediaType: mediaTypes.imageManifest,
  config: descriptor,
  layers: [descriptor],
  manifests: [descriptor],
  subject: descriptor,
  annotations: { a: 'b' },
};

/** Values where other values were: one place of the document holds anything else. */
const altered = fc
  .tuple(
    fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'subject',
      'annotations',
      '__proto__',
      'toString',
    ),
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        { ...descriptor, size: -1 },
        { ...descriptor, size: 1.5 },
        { ...descriptor, size: 2 ** 60 },
        { ...descriptor, digest: 'sha256:../..' },
        [descriptor, null],
        [[descriptor]],
      ),
    ),
  )
  .map(([key, value]) => Buffer.from(JSON.stringify({ ...valid, [key]: value })));

const mutated = fc
  .tuple(fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 5 }), fc.nat(600))
  .map(([changes, length]) => {
    const bytes = Buffer.from(JSON.stringify(valid));
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes.subarray(0, Math.max(length, 1));
  });

const anything = fc.oneof(
  altered,
  mutated,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
);

describe('manifests, with anything', () => {
  it('are read into what they promise, or refused', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        for (const type of [mediaTypes.imageManifest, mediaTypes.imageIndex]) {
          try {
            manifestTypeOf(bytes);
            const document = type === mediaTypes.imageIndex ? parseIndex(bytes) : parseManifest(bytes);
            const links = linksOf({ mediaType: type, digest: digest as never, size: bytes.length }, bytes);
            for (const link of [...links.content, ...(links.subject ? [links.subject] : [])]) {
              expect(isDigest(link.digest) && link.size >= 0 && Number.isSafeInteger(link.size)).to.equal(true);
              expect(link.mediaType).to.be.a('string');
            }
            expect(document.schemaVersion).to.equal(2);
          } catch (error) {
            if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID')) throw error;
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('nested a million times are refused, and break nothing', () => {
    for (const text of [
      '['.repeat(1_000_000),
      '{"a":'.repeat(300_000),
      `{"schemaVersion":2,"layers":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ]) {
      try {
        parseManifest(Buffer.from(text));
        expect.fail('it was read');
      } catch (error) {
        expect(isSkillsError(error, 'ERR_ARTIFACT_INVALID'), String(error)).to.equal(true);
      }
    }
  });
});
