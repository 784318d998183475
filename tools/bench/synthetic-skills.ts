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
const syllables =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru ta te ti to tu'.split(
    ' ',
  );
const tagCount = 400;

/** A made-up word; the first ones are the commonest. No two are alike, and no stemmer changes them much. */
export function wordAt(index: number): string {
  let word = '';
  for (let rest = index + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word = (syllables[rest % syllables.length] ?? '') + word;
  }
  return `${word}k`;
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
