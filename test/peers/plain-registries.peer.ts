import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContract } from './support/contract.ts';
import { describePeers, note } from './support/peers.ts';
import { embedded, goContainerRegistry, type RunningRegistry } from './support/registries.ts';
import { pusher } from './support/token-service.ts';

for (const kind of [goContainerRegistry, embedded]) {
  const htpasswd = kind === embedded;
  const setting = `plain http${htpasswd ? ', htpasswd' : ''}`;
  describePeers(`${kind.name} over ${setting}`, kind.needs, () => {
    let folder: string;
    let running: RunningRegistry;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'skills-peers-'));
      running = await kind.start({ folder, htpasswd });
    });
    after(async () => {
      await running?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(function () {
      note({ kind: 'contract', registry: kind.name, setting, passed: this.currentTest?.state === 'passed' });
    });
    describeContract(() => ({
      host: running.host,
      referrers: kind.referrers,
      quirks: kind.quirks,
      options: htpasswd ? { credentials: async () => pusher } : {},
    }));
  });
}
