import type { WritableDialect } from '../../pack/index.ts';

/** What skills can be pushed in. Said here a second time: settings are read at every start, which the packer must not slow. */
export const knownDialects = ['agentskills', 'image'] as const satisfies readonly WritableDialect[];

export function isKnownDialect(text: string): text is WritableDialect {
  return (knownDialects as readonly string[]).includes(text);
}
