import type { Peer } from '../../test/peers/setup/index.ts';
import type { Note } from '../../test/peers/support/peers.ts';
export function interopPage(peers: readonly Peer[], notes: readonly Note[]): string {
  return JSON.stringify([peers, notes]);
}
