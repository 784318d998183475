export { copy } from './copy.ts';
export { Gate } from './gate.ts';
export type { CopyOptions, CopyProgress } from './options.ts';
