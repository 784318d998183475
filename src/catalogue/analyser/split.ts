import { foldAccents, isAscii } from './fold.ts';

/** A word of a text, in lower case, before stemming: `GitHub` is `git`, `hub`, joined `github`. */
export interface Word {
  readonly parts: readonly string[];
  /** The parts written as one, where there are several that belong together. */
  readonly joined?: string;
}

const longestTerm = 40;
const mostJoined = 3;

// Names that the splitter would tear apart.
const wholeNames: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}\p{N}])([cC])\+\+/gu, 'cpp'],
  [/(?<![\p{L}\p{N}])([cC])#/gu, 'csharp'],
  [/(?<![\p{L}\p{N}])([fF])#/gu, 'fsharp'],
  [/(?<![\p{L}\p{N}])\.(?:NET|Net|net)(?![\p{L}\p{N}])/gu, 'dotnet'],
];

const compound = /[\p{L}\p{N}\p{M}]+(?:[-_.][\p{L}\p{N}\p{M}]+)*/gu;
// Scripts written without spaces.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー]+/gu;
const camelBoundary = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const plainWord = /^[a-z]+$/;
const digitBoundary = /(?<=\p{N})(?=\p{L})|(?<=\p{L})(?=\p{N})/u;

/** The words of `text`, folded, split at camelCase, kebab-case and digits; pairs of letters for unspaced scripts. */
export function splitWords(text: string): Word[] {
  const folded = wholeNames.reduce((result, [pattern, name]) => result.replace(pattern, name), foldAccents(text));
  const words: Word[] = [];
  for (const [found] of folded
    .replace(/['’]s\b/g, '')
    .replace(/['’]/g, '')
    .matchAll(compound)) {
    words.push(...splitUnspaced(found));
  }
  return words;
}

function splitUnspaced(text: string): Word[] {
  if (isAscii(text)) return splitCompound(text);
  const words: Word[] = [];
  let end = 0;
  for (const run of text.matchAll(unspaced)) {
    words.push(...splitCompound(text.slice(end, run.index)));
    words.push({ parts: pairs(run[0]) });
    end = run.index + run[0].length;
  }
  words.push(...splitCompound(text.slice(end)));
  return words;
}

function splitCompound(text: string): Word[] {
  if (plainWord.test(text)) return text.length <= longestTerm ? [{ parts: [text] }] : [];
  const pieces = text.split(/[-_.]/).filter(Boolean);
  const parts = pieces
    .flatMap((piece) => piece.split(camelBoundary))
    .flatMap(splitDigits)
    .map((part) => part.toLowerCase())
    .filter((part) => part.length <= longestTerm);
  if (parts.length === 0) return [];
  if (parts.length === 1) return [{ parts }];
  const joined = parts.join('');
  return parts.length <= mostJoined && joined.length <= longestTerm ? [{ parts, joined }] : [{ parts }];
}

/** `gpt4` is `gpt` and `4`; `k8s`, `s3` and `h264` stay whole, for their single letters would mean nothing. */
function splitDigits(text: string): string[] {
  const pieces = text.split(digitBoundary);
  return pieces.some((piece) => /^\p{L}$/u.test(piece)) ? [text] : pieces;
}

function pairs(run: string): string[] {
  const letters = [...run];
  if (letters.length < 3) return [run];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}
