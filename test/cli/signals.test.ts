import { existsSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { Room } from './support/room.ts';
import { finished, printed, start } from './support/run.ts';

/** A registry that takes every question and answers none. */
async function openSilentServer(): Promise<{ host: string; asked: Promise<void>; server: Server }> {
  const server = createServer();
  const asked = new Promise<void>((settle) => server.once('request', () => settle()));
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe('signals', function () {
  this.timeout(30_000);
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => room[Symbol.dispose]());

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${signal} stops an install with exit code ${code}; nothing is left of it`, async () => {
      const { host, asked, server } = await openSilentServer();
      const child = start(['install', `${host}/team/pdf:1.0.0`], room.options);
      const end = finished(child);
      await asked;
      child.kill(signal);
      const result = await end;
      server.closeAllConnections();
      server.close();
      expect(result.code, result.stderr).to.equal(code);
      expect(result.stderr).to.contain('ERR_INTERRUPTED');
      expect(existsSync(join(room.project, '.agents'))).to.equal(false);
      expect(existsSync(join(room.project, 'skills.lock.json'))).to.equal(false);
    });
  }

  it('says it as a document with --json', async () => {
    const { host, asked, server } = await openSilentServer();
    const child = start(['install', `${host}/team/pdf:1.0.0`, '--json'], room.options);
    const end = finished(child);
    await asked;
    child.kill('SIGINT');
    const { stdout, code } = await end;
    server.closeAllConnections();
    server.close();
    expect(code).to.equal(130);
    expect(JSON.parse(stdout).error).to.include({ code: 'ERR_INTERRUPTED', exitCode: 130 });
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} ends a registry server with exit code 0`, async () => {
      const child = start(['registry', 'serve', '--port', '0', '--dir', join(room.path, 'registry')], room.options);
      const end = finished(child);
      const [, url = ''] = await printed(child, /Serving the registry of .* at (\S+)/);
      expect((await fetch(`${url}/v2/`)).status).to.equal(200);
      child.kill(signal);
      expect(await end).to.include({ code: 0, signal: null });
    });
  }

  it('an index server prints where it is as one JSON line, and ends with exit code 0', async () => {
    const registry = start(
      ['registry', 'serve', '--port', '0', '--json', '--dir', join(room.path, 'registry')],
      room.options,
    );
    const [line] = await printed(registry, /^\{.*\}\n/);
    const { event, url } = JSON.parse(line) as { event: string; url: string };
    expect(event).to.equal('listening');
    const host = new URL(url).host;
    const index = start(['index', 'serve', '--port', '0', '--json', '--registry', host], room.options);
    const [first] = await printed(index, /^\{.*\}\n/);
    const listening = JSON.parse(first) as { url: string; token: string };
    expect((await fetch(`${listening.url}/api/v1/health`)).status).to.equal(200);
    expect(listening.token).to.match(/^\S{16,}$/);
    const ends = [finished(index), finished(registry)];
    index.kill('SIGTERM');
    registry.kill('SIGTERM');
    expect((await Promise.all(ends)).map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(readdirSync(room.project)).to.deep.equal(['skills.json']);
  });
});
