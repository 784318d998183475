import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, openLayout, openLayoutAt, RemoteRegistry } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import type { Piece } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { putSigned, signed } from './signed.ts';

const parts: Readonly<Record<string, Piece>> = { 'a layer': signed.layer, 'what a signature holds': signed.bundle };

/** Breaks one blob of a layout folder. */
const damages: readonly (readonly [string, (path: string) => void, 'ERR_BLOB_UNKNOWN' | 'ERR_DIGEST_MISMATCH'])[] = [
  ['missing', (path) => rmSync(path), 'ERR_BLOB_UNKNOWN'],
  ['altered', (path) => writeFileSync(path, readFileSync(path).reverse()), 'ERR_DIGEST_MISMATCH'],
  ['cut off', (path) => writeFileSync(path, readFileSync(path).subarray(1)), 'ERR_DIGEST_MISMATCH'],
];

describe('copy: from sources that are broken', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-broken-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const expectRefusal = async (source: Parameters<typeof copy>[0], code: (typeof damages)[number][2]) => {
    const destination = new MemoryTarget();
    const error = await failureOf(
      () => copy(source, '1.2.0', destination, '1.2.0', { referrers: true, alsoTags: ['latest'] }),
      code,
      /^source: /,
    );
    expect(error.data).to.include({ side: 'source' });
    expect(await listOf(destination.tags())).not.to.include.members(['1.2.0']);
    expect(await listOf(destination.tags())).not.to.include.members(['latest']);
  };

  for (const [part, { descriptor }] of Object.entries(parts)) {
    for (const [how, damage, code] of damages) {
      it(`a layout folder where ${part} is ${how}`, async () => {
        const layout = openLayout(join(room, 'layout'));
        await putSigned(layout);
        damage(layout.pathOf(descriptor.digest));
        await expectRefusal(layout, code);
      });

      it(`a registry where ${part} is ${how}`, async () => {
        const dir = join(room, 'registry');
        const server = await serveRegistry({ dir, durable: false });
        const registry = new RemoteRegistry(server.host, { retryDelay: 1, retries: 1 });
        const repository = registry.repository('pdf');
        await putSigned(repository);
        damage(openLayout(join(dir, 'pdf')).pathOf(descriptor.digest));
        await expectRefusal(repository, code);
        await registry[Symbol.asyncDispose]();
        await server.close();
      });
    }

    it(`a tar where ${part} is altered`, async () => {
      const file = join(room, 'x.tar');
      await putSigned(openLayoutAt(file));
      const bytes = readFileSync(file);
      const { bytes: content } = signed.pieces.find((each) => each.descriptor === descriptor) ?? signed.layer;
      bytes[bytes.indexOf(content)] = 0x21;
      writeFileSync(file, bytes);
      await expectRefusal(openLayoutAt(file), 'ERR_DIGEST_MISMATCH');
    });
  }
});
