export { MemoryTarget } from './target.ts';
