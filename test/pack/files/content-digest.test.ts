import { expect } from 'chai';
import { type Digest, sha256 } from '../../../src/core/index.ts';
import { contentDigestOf } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';

describe('pack: content digest', () => {
  const a = { path: 'a', digest: sha256('A') };

  it('is the digest that the rule gives, written out by hand', () => {
    const line = (path: string, content: string) =>
      Buffer.concat([Buffer.from(`${path}\0`), Buffer.from(sha256(content).slice(7), 'hex'), Buffer.from('\n')]);
    const files = ['\u{1F600}', '\uFF5E', 'b', 'a/b', 'a-b'].map((path) => ({ path, digest: sha256(path) }));
    const sorted = ['a-b', 'a/b', 'b', '\uFF5E', '\u{1F600}'];
    expect(contentDigestOf(files)).to.equal(sha256(Buffer.concat(sorted.map((path) => line(path, path)))));
  });

  it('does not depend on the order, and does on each path and content', () => {
    const b = { path: 'b', digest: sha256('B') };
    expect(contentDigestOf([b, a])).to.equal(contentDigestOf([a, b]));
    const others = [[a], [a, { ...b, path: 'c' }], [a, { ...b, digest: a.digest }]].map(contentDigestOf);
    expect(new Set([contentDigestOf([a, b]), ...others]).size).to.equal(4);
  });

  it('is refused for nothing, for control characters, and for other digests', async () => {
    await expectFailure(() => contentDigestOf([]), 'ERR_ARTIFACT_INVALID');
    await expectFailure(() => contentDigestOf([{ ...a, path: 'a\nb' }]), 'ERR_ARTIFACT_INVALID');
    const sha512 = `sha512:${'0'.repeat(128)}` as Digest;
    await expectFailure(() => contentDigestOf([{ ...a, digest: sha512 }]), 'ERR_ARTIFACT_INVALID');
  });
});
