import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { mediaTypes } from '../../../src/core/index.ts';
import { openLayout, verifyLayout } from '../../../src/oci/layout/index.ts';
import type { RegistryServer } from '../../../src/oci/server/index.ts';
import { blob, type Content, config, manifest, useFolder } from '../layout/content.ts';
import { ask } from './ask.ts';

const program = fileURLToPath(new URL('./killed-server.ts', import.meta.url));

async function startServer(dir: string): Promise<{ child: ChildProcess; server: RegistryServer }> {
  const child = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  const host = `127.0.0.1:${port}`;
  return { child, server: { port, host, url: `http://${host}`, close: async () => void child.kill() } };
}

/** Pushes images until the server is gone, and adds the tags that it confirms. */
async function pushUntilGone(server: RegistryServer, worker: number, confirmed: string[]): Promise<void> {
  try {
    for (let at = 0; at < 1_000; at++) {
      const layer = blob(randomBytes(200_000));
      const tag = `w${worker}-${at}`;
      for (const content of [config, layer]) await pushBlob(server, content);
      const { bytes } = manifest([layer], { annotations: { tag } });
      const question = { method: 'PUT', body: bytes, headers: { 'content-type': mediaTypes.imageManifest } };
      if ((await ask(server, `/v2/r/manifests/${tag}`, question)).status === 201) confirmed.push(tag);
    }
  } catch {
    // the server was killed
  }
}

async function pushBlob(server: RegistryServer, { descriptor, bytes }: Content): Promise<void> {
  const start = await ask(server, '/v2/r/blobs/uploads/', { method: 'POST' });
  const location = String(start.headers.location);
  await ask(server, location, { method: 'PATCH', body: bytes.subarray(0, bytes.byteLength / 2) });
  const rest = bytes.subarray(bytes.byteLength / 2);
  const end = await ask(server, `${location}?digest=${descriptor.digest}`, { method: 'PUT', body: rest });
  expect(end.status).to.equal(201);
}

describe('oci/server: a killed server', function () {
  this.timeout(120_000);
  const folder = useFolder();

  it('leaves layouts that verify, with everything that it had confirmed, and goes on after a restart', async () => {
    const confirmed: string[] = [];
    for (let round = 0; round < 6; round++) {
      const { child, server } = await startServer(folder());
      // The moment follows what the server has done, so that it is in the midst of work however busy the machine is.
      const enough = confirmed.length + 1 + round;
      const workers = [0, 1, 2, 3].map((worker) => pushUntilGone(server, round * 10 + worker, confirmed));
      while (confirmed.length < enough && child.exitCode === null) await setTimeout(1);
      await setTimeout(Math.random() * 20);
      child.kill('SIGKILL');
      await Promise.all(workers);
      const dir = join(folder(), 'r');
      if (!existsSync(join(dir, 'index.json'))) continue;
      const { problems } = await verifyLayout(dir);
      expect(problems).to.deep.equal([]);
      expect(openLayout(dir).tagNames()).to.include.members(confirmed);
    }
    expect(confirmed.length).to.be.above(0);
  });

  it('lists the upload that it left, and the next one finishes it', async () => {
    const first = await startServer(folder());
    const start = await ask(first.server, '/v2/r/blobs/uploads/', { method: 'POST' });
    const location = String(start.headers.location);
    await ask(first.server, location, { method: 'PATCH', body: 'half ' });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(openLayout(join(folder(), 'r')).uploads()).to.have.length(1);
    const second = await startServer(folder());
    try {
      expect((await ask(second.server, location)).headers.range).to.equal('0-4');
      const { digest } = blob('half and half').descriptor;
      const end = await ask(second.server, `${location}?digest=${digest}`, { method: 'PUT', body: 'and half' });
      expect(end.status).to.equal(201);
      expect((await ask(second.server, `/v2/r/blobs/${digest}`)).body.toString()).to.equal('half and half');
    } finally {
      second.child.kill('SIGKILL');
    }
  });
});
