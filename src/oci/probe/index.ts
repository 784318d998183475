export { type ProbeOptions, type ProbeReport, probeRegistry } from './probe.ts';
export type { RegistryProduct } from './product.ts';
export type { RegistryFinding } from './types.ts';
