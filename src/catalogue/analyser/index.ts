export { type Alternative, analyseQuery, analyseText, type QueryGroup, type TermCounts } from './analyse.ts';
export { foldAccents } from './fold.ts';
export type { Word } from './split.ts';
export { stemWord } from './stem.ts';
