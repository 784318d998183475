import { expect } from 'chai';

/** Milliseconds that hostile input of some hundred kilobytes may cost, also on a slow machine that does other things. */
const patience = 15_000;

/** Runs `work`, which may throw, and fails where it takes as long as only a super-linear algorithm does. */
export function expectFast(work: () => unknown): void {
  const start = performance.now();
  try {
    work();
  } finally {
    expect(performance.now() - start, 'milliseconds').lessThan(patience);
  }
}
