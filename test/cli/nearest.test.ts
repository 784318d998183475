import { expect } from 'chai';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/cli/nearest.ts';

describe('nearest', () => {
  const commands = ['install', 'list', 'info', 'init', 'uninstall', 'registry list'];

  for (const [word, meant] of [
    ['instal', 'install'],
    ['lsit', 'list'],
    ['unistall', 'uninstall'],
    ['registry lst', 'registry list'],
    ['INSTALL', 'install'],
  ] as const) {
    it(`takes "${word}" for "${meant}"`, () => {
      expect(nearest(word, commands)).to.equal(meant);
    });
  }

  it('has no idea where too many letters are wrong', () => {
    expect(nearest('xyzzy', commands)).to.equal(undefined);
    expect(nearest('', [])).to.equal(undefined);
  });
});

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(editDistance('kitten', 'sitting')).to.equal(3);
    expect(editDistance('', 'abc')).to.equal(3);
    expect(editDistance('same', 'same')).to.equal(0);
    expect(editDistance('lsit', 'list')).to.equal(1);
  });

  it('is symmetric, and zero only for equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).to.equal(editDistance(b, a));
        expect(distance === 0).to.equal(a === b);
        expect(distance).to.be.at.most(Math.max(a.length, b.length));
      }),
    );
  });
});
