export { type Alternative, analyseQuery, analyseText, type QueryGroup, type TermCounts } from './analyse.ts';
export { foldAccents } from './fold.ts';
export { splitWords, type Word } from './split.ts';
export { stemWord } from './stem.ts';
export { findSynonyms } from './synonyms.ts';
