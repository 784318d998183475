export { type ProbeOptions, type ProbeReport, probeRegistry } from './probe.ts';
export type { Product } from './product.ts';
export type { Finding } from './types.ts';
