import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hashTree, openFolder, pack, readArtifact, unpackArtifact } from '../../src/pack/index.ts';
import { makeTemporary, removeTemporaries } from './helpers/temporary.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');

describe('pack: real skills', () => {
  afterEach(removeTemporaries);

  it('packs and unpacks every skill of the corpus, where it is there', async () => {
    if (!existsSync(corpus)) {
      console.log('      the corpus (../shared/corpus) is absent: nothing to pack');
      return;
    }
    const entries = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(entries).not.to.have.length(0);
    const temporary = makeTemporary();
    for (const { name } of entries) {
      await using packed = await pack(openFolder(join(corpus, name)), { version: '1.0.0' });
      const out = join(temporary, name);
      await unpackArtifact(packed.target, await readArtifact(packed.target, '1.0.0'), out);
      expect(hashTree(out), name).to.deep.equal({ contentDigest: packed.contentDigest, files: packed.files });
    }
  });
});
