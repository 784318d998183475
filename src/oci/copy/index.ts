export { copy } from './copy.ts';
export type { CopyOptions, CopyProgress } from './options.ts';
