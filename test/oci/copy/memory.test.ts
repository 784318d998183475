import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Digest, digestHex, parseDigest } from '../../../src/core/index.ts';
import { openLayout } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { artifact, manifest, store } from '../support/artifact.ts';

const MiB = 1024 * 1024;
const layerBytes = 500 * MiB;
/**
 * What Node itself takes (100 MiB), and pieces of content that wait to be collected, on a busy machine up to 170: well below
 * one layer.
 */
const mostMemory = 360 * MiB;

/** The digest of zeros. */
function digestOfZeros(length: number): Digest {
  const hash = createHash('sha256');
  for (let left = length; left > 0; left -= MiB) hash.update(Buffer.alloc(Math.min(left, MiB)));
  return parseDigest(`sha256:${hash.digest('hex')}`);
}

describe('copy: memory', function () {
  this.timeout(180_000);
  let room: string;
  before(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-memory-'));
  });
  after(() => rmSync(room, { recursive: true, force: true }));

  it('stays flat, whatever the size of a layer is: folder, registry, tar, registry', async () => {
    const folder = join(room, 'source');
    const layout = openLayout(folder, { durable: false });
    const digest = digestOfZeros(layerBytes);
    const large = { mediaType: 'application/x', digest, size: layerBytes };
    const { config } = artifact();
    await store(layout, config);
    // A file of zeros takes no room on the disk.
    const path = join(folder, 'blobs', 'sha256', digestHex(digest));
    mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
    writeFileSync(path, '');
    truncateSync(path, layerBytes);
    const root = manifest(config.descriptor, [large]);
    await store(layout, root);
    await layout.tag(root.descriptor, '1.2.0');
    const server = await serveRegistry({ dir: join(room, 'registry'), durable: false });
    try {
      const tar = join(room, 'file.tar');
      for (const [from, to] of [
        [folder, `${server.host}/a/large`],
        [`${server.host}/a/large`, tar],
        [tar, `${server.host}/b/large`],
      ] as const) {
        expect(await memoryOf(from, to), `${from} to ${to}`).to.be.below(mostMemory);
      }
      expect(statSync(tar).size).to.be.above(layerBytes);
    } finally {
      await server.close();
    }
  });
});

/** Copies in a process of its own. Its most memory in bytes. */
async function memoryOf(from: string, to: string): Promise<number> {
  const child = spawn(process.execPath, [
    '--max-old-space-size=96',
    join(import.meta.dirname, 'children', 'copier.ts'),
    from,
    to,
  ]);
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  const code = await new Promise((settle) => child.on('close', settle));
  expect(code, text).to.equal(0);
  return Number(/memory (\d+)/.exec(text)?.[1]);
}
