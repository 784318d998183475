import { expect } from 'chai';
import fc from 'fast-check';
import { globMatcher } from '../../../../src/manager/artifacts/copying/choose-tags.ts';

describe('patterns for tags and repositories', () => {
  const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ['1.*', '1.2.0', true],
    ['1.*', '12.0', false],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*-rc', '1.0-rc', true],
    ['*-rc', '1.0-rc1', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**a**', 'xay', true],
    ['a+(b)[c]', 'a+(b)[c]', true],
    ['a.c', 'abc', false],
    ['^a$', 'a', false],
  ];
  for (const [pattern, text, matches] of rows) {
    it(`"${pattern}" ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
      expect(globMatcher([pattern])(text)).to.equal(matches);
    });
  }

  it('match where one of several does', () => {
    const matches = globMatcher(['1.*', '*-rc']);
    expect(['1.2', '2-rc', '2.0'].map(matches)).to.deep.equal([true, true, false]);
  });

  it('mean what they mean as regular expressions', () => {
    const letters = (...all: string[]) => fc.string({ unit: fc.constantFrom(...all), maxLength: 12 });
    fc.assert(
      fc.property(letters('a', 'b', '*', '?'), letters('a', 'b'), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`);
        expect(globMatcher([pattern])(text)).to.equal(expression.test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('take no time, whatever a registry calls its repositories', () => {
    const start = performance.now();
    for (const pattern of ['*-*-*-*-*-*-*-*-x', '*a*a*a*a*a*a*a*b']) {
      expect(globMatcher([pattern])('-a'.repeat(120))).to.equal(false);
    }
    expect(performance.now() - start).to.be.below(200);
  });
});
