import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, openLayoutAt, RemoteRegistry, verifyLayout } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { artifact, manifest, piece, store } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { expectSigned, putSigned } from './signed.ts';

const layers = Array.from({ length: 60 }, (_, n) => piece('application/x', Buffer.alloc(200_000, `layer ${n} `)));
const { config } = artifact();
const large = manifest(
  config.descriptor,
  layers.map(({ descriptor }) => descriptor),
);

/** Runs the copier; `onLine` may kill it. */
async function run(from: string, to: string, onLine: (lines: number, kill: () => void) => void = () => {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children', 'copier.ts'), from, to]);
  let text = '';
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes;
  });
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes;
    onLine(text.split('\n').length - 1, () => child.kill('SIGKILL'));
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle) =>
    child.on('close', (...end) => settle(end)),
  );
  return { code, signal, lines: text.trim().split('\n'), errors };
}

describe('copy: interrupted', function () {
  this.timeout(60_000);
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-interrupted-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  async function source() {
    const memory = new MemoryTarget();
    await putSigned(memory);
    return memory;
  }

  for (const form of ['folder', 'file.tar']) {
    it(`by a signal at every moment, into a ${form}, leaves no tag, and is gone on with`, async () => {
      const from = await source();
      const path = join(room, form);
      let finished = false;
      for (let moment = 1; moment < 60 && !finished; moment += 3) {
        const stop = new AbortController();
        let seen = 0;
        const onProgress = () => {
          seen += 1;
          if (seen === moment) stop.abort();
        };
        const options = { referrers: true, signal: stop.signal, onProgress, concurrency: 2 };
        const work = copy(from, '1.2.0', openLayoutAt(path), '1.2.0', options);
        finished = await work.then(
          () => true,
          () => false,
        );
        if (!finished) {
          await failureOf(() => work, 'ERR_INTERRUPTED');
          expect(await listOf(openLayoutAt(path).tags())).not.to.include('1.2.0');
        }
      }
      expect(finished).to.equal(true);
      await expectSigned(openLayoutAt(path));
      expect(readdirSync(room)).to.deep.equal([form]);
    });
  }

  it('by a kill, into a registry, leaves no tag and nothing half, and sends only the rest the next time', async () => {
    const from = join(room, 'source');
    const layout = openLayoutAt(from);
    await store(layout, config, ...layers, large);
    await layout.tag(large.descriptor, '1.2.0');
    const server = await serveRegistry({ dir: join(room, 'registry'), durable: false });
    const to = `${server.host}/acme/large`;
    const registry = new RemoteRegistry(server.host);
    try {
      const killed = await run(from, to, (lines, kill) => lines >= 20 && kill());
      expect(killed.signal).to.equal('SIGKILL');
      const tags = await listOf(registry.repository('acme/large').tags());
      expect(tags).to.deep.equal([]);
      expect((await verifyLayout(join(room, 'registry', 'acme', 'large'))).problems).to.deep.equal([]);
      const again = await run(from, to);
      expect(again.code, again.errors).to.equal(0);
      expect(again.lines.filter((line) => line === 'held').length).to.be.at.least(15);
      expect((await registry.repository('acme/large').resolve('1.2.0')).digest).to.equal(large.descriptor.digest);
      expect((await verifyLayout(join(room, 'registry', 'acme', 'large'))).problems).to.deep.equal([]);
    } finally {
      await registry[Symbol.asyncDispose]();
      await server.close();
    }
  });

  it('by a kill, into a tar, leaves what was there, and the next one clears up', async () => {
    const from = join(room, 'source');
    const layout = openLayoutAt(from);
    await store(layout, config, ...layers, large);
    await layout.tag(large.descriptor, '1.2.0');
    const file = join(room, 'file.tar');
    const killed = await run(from, file, (lines, kill) => lines >= 20 && kill());
    expect(killed.signal).to.equal('SIGKILL');
    expect(existsSync(file)).to.equal(false);
    expect(readdirSync(room)).to.have.length(2);
    const again = await run(from, file);
    expect(again.code, again.errors).to.equal(0);
    expect(readdirSync(room).sort()).to.deep.equal(['file.tar', 'source']);
    expect((await openLayoutAt(file).resolve('1.2.0')).digest).to.equal(large.descriptor.digest);
  });
});
