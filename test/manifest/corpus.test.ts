import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { filesInMemory, fixSkill, readSkill } from '../../src/manifest/index.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');

describe('the corpus of real skills', () => {
  if (!existsSync(corpus)) {
    it('is absent: nothing is read from it (the fixtures cover every format)', () => {
      console.log(`      ${corpus} is not there`);
    });
    return;
  }

  const skills = readdirSync(corpus, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => filesInMemory(name, { 'SKILL.md': readFileSync(join(corpus, name, 'SKILL.md')) }));
  const results = skills.map((files) => ({ files, ...readSkill(files) }));

  it('reads, every one, without an error', () => {
    expect(results).to.have.length(193);
    for (const { files, manifest, problems } of results) {
      expect(
        problems.filter(({ grade }) => grade === 'error'),
        files.folder,
      ).to.deep.equal([]);
      expect(manifest?.description, files.folder).to.be.a('string').that.is.not.empty;
    }
  });

  it('raises the warnings that are known, by rule', () => {
    const counts = Object.fromEntries(
      [
        ...Map.groupBy(
          results.flatMap(({ problems }) => problems),
          ({ rule }) => rule,
        ),
      ].map(([rule, all]) => [rule, all.length]),
    );
    const warned = results.filter(({ problems }) => problems.length > 0).length;
    console.log(`      ${warned} of ${results.length} raise warnings: ${JSON.stringify(counts)}`);
    expect(counts).to.deep.equal({ 'skill-md/unexpected-field': 14, 'skill-md/name-folder': 1 });
    expect(warned).to.equal(15);
  });

  it('is left with one warning when every fix is applied', () => {
    const left = skills.flatMap((files) => fixSkill(files).result.problems.map(({ rule }) => rule));
    expect(left).to.deep.equal(['skill-md/name-folder']);
  });
});
