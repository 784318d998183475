import type { ConformanceReport } from '../../test/peers/support/peers.ts';
export function conformancePage(report: ConformanceReport): string {
  return JSON.stringify(report);
}
