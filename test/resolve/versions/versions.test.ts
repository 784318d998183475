import { expect } from 'chai';
import fc from 'fast-check';
import {
  compareVersions,
  isSelector,
  matchingVersions,
  movingTags,
  newestMatching,
  normaliseRange,
  rangeToSave,
  readSelector,
  satisfiesRange,
  sortVersions,
  tagOf,
  versionOfTag,
  versionTags,
} from '../../../src/resolve/index.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('versions and tags', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['1.2.0', '1.2.0'],
    ['1.2.0-beta.1', '1.2.0-beta.1'],
    ['1.2.0+build.5', '1.2.0_build.5'],
    ['1.2.0-rc.1+x', '1.2.0-rc.1_x'],
    ['0.0.0-20261121153532-abcdef123456', '0.0.0-20261121153532-abcdef123456'],
  ];
  for (const [version, tag] of pairs) {
    it(`${version} is the tag ${tag}, and back`, () => {
      expect(tagOf(version)).to.equal(tag);
      expect(versionOfTag(tag)).to.equal(version);
      expect(versionOfTag(`v${tag}`)).to.equal(version);
    });
  }

  for (const tag of ['latest', '1', '1.2', 'main', 'image-1.2.0', 'sha256-00.sig', '01.2.3', '', '1.2.3.4']) {
    it(`the tag "${tag}" states no version`, () => expect(versionOfTag(tag)).to.equal(undefined));
  }

  it('refuses a version that no tag can hold', () => {
    expect(() => tagOf('1.2'))
      .to.throw('is not a version')
      .with.property('code', 'ERR_REFERENCE_INVALID');
    expect(() => tagOf(`1.2.0-${'x'.repeat(130)}`)).to.throw('is not a version');
  });

  it('lists versions newest first, and prefers the plain tag', () => {
    expect([...versionTags(['v1.0.0', 'latest', '1.10.0', '1.0.0', '1.9.0_b', '1.9.0-rc.1', 'v2.0.0'])]).to.deep.equal([
      ['2.0.0', 'v2.0.0'],
      ['1.10.0', '1.10.0'],
      ['1.9.0+b', '1.9.0_b'],
      ['1.9.0-rc.1', '1.9.0-rc.1'],
      ['1.0.0', '1.0.0'],
    ]);
  });
});

describe('movingTags', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['1.2.0', [], ['latest', '1', '1.2']],
    ['1.2.0', ['1.2.0', 'latest', '1', '1.2'], ['latest', '1', '1.2']],
    ['1.2.0', ['1.1.9', '0.9.0'], ['latest', '1', '1.2']],
    ['1.2.0', ['1.2.1'], []],
    ['1.2.0', ['1.3.0'], ['1.2']],
    ['1.2.0', ['v2.0.0'], ['1', '1.2']],
    ['1.2.0', ['2.0.0-beta.1', '1.2.1-rc.1'], ['latest', '1', '1.2']],
    ['1.2.0-beta.1', [], []],
    ['0.0.0-20260101000000-abcdefabcdef', [], []],
    ['0.1.0', [], ['latest', '0', '0.1']],
    ['1.2.0+b', ['1.2.0_a'], ['latest', '1', '1.2']],
    ['1.2.0+a', ['1.2.0_b'], []],
    ['word', [], []],
  ];
  for (const [version, existing, expected] of rows) {
    it(`${version} beside [${existing}] moves [${expected}]`, () =>
      expect(movingTags(version, existing)).to.deep.equal(expected));
  }

  it('leaves every moving tag at the newest release of its line, in whatever order versions are published', () => {
    const version = fc
      .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.boolean())
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre ? '-rc.1' : ''}`);
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1, maxLength: 12 }), (order) => {
        const tags = new Map<string, string>();
        order.forEach((added, index) => {
          for (const tag of movingTags(added, order.slice(0, index))) tags.set(tag, added);
        });
        for (const [tag, held] of tags) {
          const line = tag === 'latest' ? '*' : tag;
          expect(held).to.equal(
            newestMatching(
              line,
              order.filter((item) => !item.includes('-')),
            ),
          );
        }
        expect(tags.has('latest')).to.equal(order.some((item) => !item.includes('-')));
      }),
    );
  });
});

describe('ranges', () => {
  const versions = ['1.0.0', '1.2.0', '1.10.0', '2.0.0-beta.1', '2.0.0-beta.2', 'junk'];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['', '1.10.0'],
    ['*', '1.10.0'],
    ['latest', '1.10.0'],
    ['^1.0', '1.10.0'],
    ['1.2', '1.2.0'],
    ['<1.10', '1.2.0'],
    ['v1.0.0', '1.0.0'],
    ['>=2.0.0-beta.1', '2.0.0-beta.2'],
    ['^2', undefined],
    ['>1', undefined],
    ['^1 || ^3', '1.10.0'],
    ['1.0.0 - 1.5.0', '1.2.0'],
    ['main', undefined],
    [digest, undefined],
  ];
  for (const [range, expected] of rows) {
    it(`"${range}" takes ${expected}`, () => expect(newestMatching(range, versions)).to.equal(expected));
  }

  it('takes prereleases for the newest only where there is nothing else', () => {
    expect(matchingVersions('', ['0.0.0-2-b', '0.0.0-10-a'])).to.deep.equal(['0.0.0-2-b', '0.0.0-10-a']);
    expect(matchingVersions('latest', ['0.0.0-20260101000000-a', '0.0.0-20270101000000-a', '0.0.1'])).to.deep.equal([
      '0.0.1',
    ]);
  });

  it('orders pseudo-versions by their time', () => {
    expect(sortVersions(['0.0.0-20260101000000-ff', '0.0.0-20270101000000-aa'])[0]).to.equal('0.0.0-20270101000000-aa');
    expect(compareVersions('1.0.0', '1.0.0+b')).to.be.lessThan(0);
  });

  it('tells ranges, words and digests apart', () => {
    expect(readSelector('latest').kind).to.equal('any');
    expect(readSelector('^1').kind).to.equal('range');
    expect(readSelector('main')).to.deep.equal({ kind: 'tag', tag: 'main' });
    expect(readSelector(digest).kind).to.equal('digest');
    expect(() => readSelector('a b!'))
      .to.throw('neither a version range')
      .with.property('code', 'ERR_REFERENCE_INVALID');
    expect([isSelector('a b!'), isSelector('stable')]).to.deep.equal([false, true]);
    expect([
      satisfiesRange('1.2.0', '^1'),
      satisfiesRange('1.2.0', 'main'),
      satisfiesRange('1.0.0-a', ''),
    ]).to.deep.equal([true, false, true]);
    expect([undefined, '', ' latest', 'x', '^1 '].map(normaliseRange)).to.deep.equal(['*', '*', '*', '*', '^1']);
  });

  const saved: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['', '1.2.0', '^1.2.0'],
    ['latest', '1.2.0+b', '^1.2.0'],
    ['', '1.0.0-beta.1', '^1.0.0-beta.1'],
    ['', '0.0.0-20260101000000-ff', undefined],
    ['', undefined, undefined],
    ['~1.2', '1.2.9', '~1.2'],
    [digest, '1.2.9', digest],
    ['main', '1.2.9', 'main'],
  ];
  for (const [asked, resolved, expected] of saved) {
    it(`asked "${asked}" and got ${resolved}: saves ${expected}`, () =>
      expect(rangeToSave(asked, resolved)).to.equal(expected));
  }
});
