export * from './archive/index.ts';
export * from './copy/index.ts';
export * from './credentials/index.ts';
export * from './layout/index.ts';
export * from './memory/index.ts';
export * from './registry/index.ts';
