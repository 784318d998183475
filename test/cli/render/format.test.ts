import { expect } from 'chai';
import { count, formatDuration, formatSize, shorten } from '../../../src/cli/render/format.ts';

describe('formatSize', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1234, '1.2 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [104_857_600, '105 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ] as const) {
    it(`${bytes} bytes are ${text}`, () => {
      expect(formatSize(bytes)).to.equal(text);
    });
  }
});

describe('formatDuration', () => {
  for (const [milliseconds, text] of [
    [0, '0 ms'],
    [7.4, '7 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [1_240, '1.2 s'],
    [59_900, '59.9 s'],
    [59_960, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ] as const) {
    it(`${milliseconds} ms are ${text}`, () => {
      expect(formatDuration(milliseconds)).to.equal(text);
    });
  }
});

describe('count', () => {
  it('takes the plural for all but one', () => {
    expect([0, 1, 2].map((number) => count(number, 'file'))).to.deep.equal(['0 files', '1 file', '2 files']);
    expect(count(2, 'entry', 'entries')).to.equal('2 entries');
  });
});

describe('shorten', () => {
  it('keeps what fits, makes one line, and cuts with an ellipsis', () => {
    expect(shorten('abc', 3)).to.equal('abc');
    expect(shorten('a\n  b', 10)).to.equal('a b');
    expect(shorten('abcdef', 4)).to.equal('abc…');
    expect(shorten('abc def', 5)).to.equal('abc…');
  });
});
