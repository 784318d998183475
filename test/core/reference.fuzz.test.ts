import { expect } from 'chai';
import fc from 'fast-check';
import {
  formatReference,
  isDigest,
  isRepositoryName,
  isSkillsError,
  isTag,
  parseReference,
} from '../../src/core/index.ts';

const segment = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
const repository = fc.array(segment, { minLength: 2, maxLength: 5 }).map((segments) => segments.join('/'));
const host = fc.constantFrom(
  'ghcr.io',
  'localhost',
  'localhost:5000',
  'registry.example.com:443',
  '[::1]:5000',
  '10.0.0.1:80',
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}$/);
const digest = fc.stringMatching(/^sha256:[0-9a-f]{64}$/);
/** Text that is nearly a reference. */
const nearly = fc
  .array(
    fc.oneof(
      host,
      repository,
      tag,
      digest,
      fc.constantFrom('/', ':', '@', '..', '//', 'oci://', '%2f', '\0', '\n', 'Ä'),
      fc.string(),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('parseReference, with anything', () => {
  it('gives back what formatReference wrote', () => {
    const all = fc.record({
      registry: host,
      repository,
      tag: fc.option(tag, { nil: undefined }),
      digest: fc.option(digest, { nil: undefined }),
    });
    fc.assert(
      fc.property(all, ({ registry, repository: name, tag: named, digest: of }) => {
        const text = `${registry}/${name}${named ? `:${named}` : ''}${of ? `@${of}` : ''}`;
        expect(formatReference(parseReference(text))).to.equal(text);
      }),
      { numRuns: 500 },
    );
  });

  it('reads it into parts that are well formed, or says that it is none', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' }), fc.string({ maxLength: 5_000 })), (text) => {
        try {
          const parsed = parseReference(text);
          expect(isRepositoryName(parsed.repository)).to.equal(true);
          expect(parsed.registry).to.match(/^[A-Za-z0-9.[\]:-]+$/);
          if (parsed.tag !== undefined) expect(isTag(parsed.tag)).to.equal(true);
          if (parsed.digest !== undefined) expect(isDigest(parsed.digest)).to.equal(true);
          expect(parseReference(formatReference(parsed))).to.deep.equal(parsed);
        } catch (error) {
          if (!isSkillsError(error, 'ERR_REFERENCE_INVALID')) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  for (const part of ['a', 'a.', 'a-', '-', '/', ':', '@', 'a/', '_', '[::', 'a:1/']) {
    it(`takes no time over a very long row of "${part}"`, () => {
      const start = performance.now();
      for (const end of ['', '!', '/x:1', '@sha256:x']) {
        expect(() => parseReference(`ghcr.io/${part.repeat(50_000)}${end}`)).to.throw();
        expect(() => parseReference(part.repeat(50_000) + end)).to.throw();
      }
      expect(performance.now() - start).to.be.below(2_000);
    });
  }
});
