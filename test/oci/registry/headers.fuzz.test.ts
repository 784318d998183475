import { expect } from 'chai';
import fc from 'fast-check';
import { parseChallenges } from '../../../src/oci/registry/challenge.ts';
import { nextLink } from '../../../src/oci/registry/pages.ts';
import { parseRetryAfter } from '../../../src/oci/registry/retry.ts';
import { parseWarnings } from '../../../src/oci/registry/warnings.ts';

/** All headers of an answer together have at most 16 KiB: Node ends the connection of others. */
const longest = 16 * 1024;

const pieces = [
  '<',
  '>',
  ';',
  ',',
  '"',
  '\\',
  '=',
  ' ',
  '\t',
  'rel',
  'next',
  'rel="next"',
  '299',
  '-',
  'Bearer ',
  'Basic ',
  'realm',
  'a',
  '</v2/_catalog?n=1>',
];
const headerLike = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 })
  .map((parts) => parts.join('').slice(0, longest));
const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/);
const quotable = fc.stringMatching(/^[ !#-[\]-~]{0,30}$/);

describe('headers, with anything', () => {
  it('challenges are read as they were written', () => {
    const parameters = fc.uniqueArray(fc.tuple(token, quotable), {
      selector: ([name]) => name.toLowerCase(),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(token, parameters), { minLength: 1, maxLength: 4 }), (challenges) => {
        const text = challenges
          .map(([scheme, all]) => `${scheme} ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`)
          .join(', ');
        const read = parseChallenges(text).map(({ scheme, parameters: own }) => [scheme, [...own]]);
        expect(read).to.deep.equal(
          challenges.map(([scheme, all]) => [
            scheme.toLowerCase(),
            all.map(([name, value]) => [name.toLowerCase(), value]),
          ]),
        );
      }),
    );
  });

  it('the next page is found among other links', () => {
    const target = fc.stringMatching(/^\/[!#-;=?-~]{0,40}$/);
    const other = fc
      .tuple(target, fc.constantFrom('prev', '"last"', '"first prev"', 'Next-to'))
      .map(([to, rel]) => `<${to}>; rel=${rel}`);
    fc.assert(
      fc.property(fc.array(other, { maxLength: 4 }), target, fc.array(other, { maxLength: 4 }), (before, to, after) => {
        expect(nextLink([...before, `<${to}>; title="a, b"; rel="next"`, ...after].join(', '))).to.equal(to);
        expect(nextLink([...before, ...after].join(', '))).to.equal(undefined);
      }),
    );
  });

  it('none of the parsers fails, whatever they are given', () => {
    fc.assert(
      fc.property(fc.oneof(headerLike, fc.string({ unit: 'binary' })), (text) => {
        for (const { scheme, parameters } of parseChallenges(text)) {
          expect(scheme).to.match(/^[!#$%&'*+.^_`|~0-9a-z-]+$/);
          for (const name of parameters.keys()) expect(name).to.equal(name.toLowerCase());
        }
        const next = nextLink(text);
        if (next !== undefined) expect(text).to.contain(`<${next}>`);
        const wait = parseRetryAfter(text);
        if (wait !== undefined) expect(wait).to.be.at.least(0);
        for (const warning of parseWarnings(text)) expect(warning).not.to.match(/\p{Cc}/u);
      }),
      { numRuns: 2_000 },
    );
  });

  for (const part of [
    '<',
    '<a',
    '<a>;',
    '<a>;b="',
    '; a=',
    ',',
    ' ',
    '"',
    '"\\',
    'a=',
    'a="b" ',
    '299 - "',
    '299 x ',
    '\\',
  ]) {
    it(`the parsers take no time over ${JSON.stringify(part)} as often as a header can hold it`, () => {
      const text = part.repeat(Math.floor(longest / part.length));
      const start = performance.now();
      for (const parse of [parseChallenges, nextLink, parseRetryAfter, parseWarnings]) {
        parse(text);
        parse(`Bearer ${text}`);
        parse(`<x>${text}`);
      }
      expect(performance.now() - start).to.be.below(2_000);
    });
  }
});
