export { type LayoutOptions, LayoutTarget, openLayout } from './layout.ts';
export { LayoutRegistry, LayoutRepository } from './registry.ts';
export type { UploadInfo } from './upload.ts';
export { type LayoutProblem, type LayoutReport, mayBeElsewhere, verifyLayout } from './verify.ts';
