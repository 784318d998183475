import { expect } from 'chai';
import fc from 'fast-check';

import { analyseQuery } from '../../src/catalogue/analyser/index.ts';
import {
  leastShared,
  leastSimilarity,
  nameTier,
  planScoring,
  scoreCard,
  selectBest,
  similarity,
  tailStrength,
  transpositions,
  trigramsOf,
  weighTerms,
  writeCard,
} from '../../src/catalogue/scorer/index.ts';

const word = fc.stringMatching(/^[a-z]{3,9}$/);
const empty = { name: 'x', labels: [], description: '', body: '' };
const cardOf = (texts: Partial<Parameters<typeof weighTerms>[0]>, name = 'x') =>
  writeCard({ name, repository: `r/${name}`, updatedAt: '', tags: [] }, weighTerms({ ...empty, ...texts }));
const score = (query: string, card: string, missing = 0) =>
  scoreCard(card, planScoring(analyseQuery(query), { skills: 1_000, documents: () => 10 }), missing);

describe('scorer', () => {
  it('prefers name to labels to description to body', () => {
    const scores = [
      score('walrus', cardOf({ name: 'walrus' })),
      score('walrus', cardOf({ labels: ['walrus'] })),
      score('walrus', cardOf({ description: 'walrus' })),
      score('walrus', cardOf({ body: 'walrus' }), tailStrength),
    ];
    expect(scores).to.deep.equal(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).to.equal(4);
  });

  it('stays between 0 and 1, and is 0 where no word is there', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.array(word, { maxLength: 20 }), (query, words) => {
        const result = score(query.join(' '), cardOf({ name: 'zzzz', description: words.join(' ') }));
        expect(result).to.be.within(0, 1);
      }),
    );
    expect(score('walrus', cardOf({ description: 'nothing of the kind' }))).to.equal(0);
  });

  it('does not lower a skill for another word that matches', () => {
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 30 }), (query, words) => {
        const before = score(query, cardOf({ description: words.join(' ') }));
        const after = score(query, cardOf({ description: [...words, query].join(' ') }));
        expect(after).to.be.at.least(before);
      }),
    );
  });

  it('ranks who has all words above who has one of them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('walrus', 'mandolin', 'granite', 'tulip'), { minLength: 2 }),
        (words) => {
          const all = score(words.join(' '), cardOf({ description: words.join(' ') }));
          expect(all).to.be.greaterThan(score(words.join(' '), cardOf({ description: words[0] ?? '' })));
        },
      ),
    );
  });

  it('knows an exact name and one that begins so', () => {
    expect(nameTier(cardOf({}, 'pdf'), 'pdf')).to.equal(2);
    expect(nameTier(cardOf({}, 'pdf-tools'), 'pdf')).to.equal(1);
    expect(nameTier(cardOf({}, 'a-pdf'), 'pdf')).to.equal(0);
    expect(nameTier(cardOf({}, 'pdf'), '')).to.equal(0);
  });

  it('selects what a full sort would: by score, ties by name', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 10 }), (scores, wanted) => {
        const candidates = scores.map((_, id) => ({ id, card: cardOf({}, `n${(id * 7) % 101}`) }));
        const best = selectBest(candidates, Float64Array.from(scores), wanted);
        const full = selectBest(candidates, Float64Array.from(scores), scores.length + 1).slice(0, wanted);
        expect(best.map(({ id }) => id)).to.deep.equal(full.map(({ id }) => id));
      }),
    );
  });

  it('finds similar terms by no fewer trigrams than the bound says', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        if (similarity(a, b) < leastSimilarity) return;
        const shared = trigramsOf(b).filter((trigram) => trigramsOf(a).includes(trigram)).length;
        expect(shared).to.be.at.least(leastShared(a));
      }),
    );
    expect(similarity('pdf', 'pdf')).to.equal(1);
    expect(transpositions('pfd')).to.deep.equal(['fpd', 'pdf']);
  });
});
