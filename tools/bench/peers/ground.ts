import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer, type PeerName, peerNames } from '../../../test/peers/setup/index.ts';
import { isHere, usePeers } from '../../../test/peers/support/peers.ts';
import { distribution, type RegistryKind, type RunningRegistry, zot } from '../../../test/peers/support/registries.ts';

/** Two registries of the same kind, made by others, with a core of their own, and a folder. */
export interface PeerGround extends AsyncDisposable {
  readonly room: string;
  readonly kind: string;
  /** `127.0.0.1:PORT` of each. */
  readonly from: string;
  readonly to: string;
}

export type ClientName = 'oras' | 'crane' | 'skopeo';

/** The clients that are here. Nothing is built for a benchmark. */
export function findClients(): { here: ClientName[]; absent: ClientName[] } {
  usePeers(peerNames.map((name: PeerName) => findPeer(name, { build: false })));
  const all: ClientName[] = ['oras', 'crane', 'skopeo'];
  return { here: all.filter((name) => isHere(name)), absent: all.filter((name) => !isHere(name)) };
}

/** zot, or distribution where zot is absent; nothing where both are. */
export async function preparePeerGround(): Promise<PeerGround | undefined> {
  const kind = [zot, distribution].find(({ needs }) => needs.every(isHere));
  if (!kind) return undefined;
  const room = mkdtempSync(join(tmpdir(), 'skills-bench-peers-'));
  const [from, to] = [await startIn(kind, join(room, 'from')), await startIn(kind, join(room, 'to'))];
  return {
    room,
    kind: kind.name,
    from: from.host,
    to: to.host,
    [Symbol.asyncDispose]: async () => {
      await from[Symbol.asyncDispose]();
      await to[Symbol.asyncDispose]();
      rmSync(room, { recursive: true, force: true });
    },
  };
}

/** Without a look into other repositories: a push into a fresh one then sends everything, whoever pushes. */
function startIn(kind: RegistryKind, folder: string): Promise<RunningRegistry> {
  mkdirSync(folder);
  return kind.start({ folder, dedupe: false });
}
