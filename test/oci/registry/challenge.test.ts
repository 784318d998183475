import { expect } from 'chai';
import fc from 'fast-check';
import { parseChallenges } from '../../../src/oci/registry/challenge.ts';

function plain(header: string) {
  return parseChallenges(header).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));
}

describe('parseChallenges', () => {
  const rows: readonly (readonly [string, string, object[]])[] = [
    ['nothing', '', []],
    ['Basic', 'Basic realm="Registry"', [{ scheme: 'basic', realm: 'Registry' }]],
    [
      'commas inside quotes',
      'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"',
      [
        {
          scheme: 'bearer',
          realm: 'https://auth.example/token',
          service: 'registry',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
    [
      'several challenges in one header',
      'Basic realm="a, b", Bearer realm="https://x/t", service=s',
      [
        { scheme: 'basic', realm: 'a, b' },
        { scheme: 'bearer', realm: 'https://x/t', service: 's' },
      ],
    ],
    [
      'a scheme with a token instead of parameters',
      'Negotiate YIIabc==, Basic realm=x',
      [{ scheme: 'negotiate' }, { scheme: 'basic', realm: 'x' }],
    ],
    ['a scheme alone', 'Negotiate, Basic realm=x', [{ scheme: 'negotiate' }, { scheme: 'basic', realm: 'x' }]],
    ['escaped quotes', 'Basic realm="say \\"hi\\""', [{ scheme: 'basic', realm: 'say "hi"' }]],
    ['spaces around =', 'bearer Realm = "r" , SERVICE = "s"', [{ scheme: 'bearer', realm: 'r', service: 's' }]],
    ['empty elements', ', ,Basic realm=x,,', [{ scheme: 'basic', realm: 'x' }]],
    ['a quote that is not closed', 'Bearer realm="https://x', [{ scheme: 'bearer' }]],
  ];
  for (const [what, header, expected] of rows) {
    it(`reads ${what}`, () => expect(plain(header)).to.deep.equal(expected));
  }

  it('reads back whatever is quoted', () => {
    const value = fc.string({ unit: fc.constantFrom(...'abc ,="\\/:;@%') });
    fc.assert(
      fc.property(value, value, (realm, scope) => {
        const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
        expect(plain(`Bearer realm=${quote(realm)},scope=${quote(scope)}, Basic realm="x"`)).to.deep.equal([
          { scheme: 'bearer', realm, scope },
          { scheme: 'basic', realm: 'x' },
        ]);
      }),
    );
  });

  it('ends on any text', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
  });
});
