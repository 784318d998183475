import type { IndexableRecord } from '../../src/catalogue/index.ts';
import { sha256 } from '../../src/core/index.ts';

/** Numbers from 0 to 1, the same for the same seed (xorshift32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const vocabularySize = 30_000;
// As many syllables as a language has, so that words resemble each other no more than words do.
const onsets = 'b c d f g h j k l m n p r s t v w z br cl cr dr fl gr pl pr sh st str th tr'.split(' ');
const vowels = 'a e i o u ai ea oo'.split(' ');
const codas = ' ,n,r,l,m,t,x,ck,nt,rd'.split(',').map((coda) => coda.trim());
const syllables = onsets.flatMap((onset) => vowels.flatMap((vowel) => codas.map((coda) => onset + vowel + coda)));
const tagCount = 400;

/** A made-up word; the first ones are the commonest. No two are alike. */
export function wordAt(index: number): string {
  const spread = (index * 7_919 + 104_729) % syllables.length ** 2;
  const first = syllables[spread % syllables.length] ?? '';
  return first + (syllables[Math.floor(spread / syllables.length)] ?? '');
}

/** A word by log-uniform rank: few are everywhere, most are rare. */
export function drawWord(random: () => number): string {
  return wordAt(Math.floor(Math.exp(random() * Math.log(vocabularySize))) - 1);
}

export function drawTag(random: () => number): string {
  return `tag-${wordAt(Math.floor(Math.exp(random() * Math.log(tagCount))) - 1)}`;
}

/** `count` skills: names of two words, two to five tags, descriptions of 24 words, a body of 40. */
export function* generateSkills(count: number, seed = 1): Generator<IndexableRecord> {
  const random = seededRandom(seed);
  const words = (length: number) => Array.from({ length }, () => drawWord(random));
  for (let index = 0; index < count; index += 1) {
    const name = `${words(2).join('-')}-${index}`;
    const digest = sha256(name);
    yield {
      repository: `registry.example.com/skills/${name}`,
      version: '1.0.0',
      tag: '1.0.0',
      digest,
      layer: { mediaType: 'application/vnd.agentskills.skill.content.v1.tar+gzip', digest, size: 4_096 },
      name,
      description: words(24).join(' '),
      author: 'synthetic',
      license: 'Apache-2.0',
      tags: [...new Set(Array.from({ length: 2 + Math.floor(random() * 4) }, () => drawTag(random)))],
      abilities: [],
      dependencies: {},
      manifest: { name },
      body: words(40).join(' '),
    };
  }
}
