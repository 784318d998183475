import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { blob, json, manifestOf, publish, skillOf, tarOf } from '../dialects/writers/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { makeTemporary, removeTemporaries } from '../helpers/temporary.ts';

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const half = 512 * 1024;

/** An image that holds a skill, over layers without a file: each is half a MiB of zeros, as those behind a tar's end mark. */
async function imageOf(count: number): Promise<MemoryTarget> {
  const zeros = blob(layerType, gzipSync(Buffer.concat([tarOf([]), Buffer.alloc(half)])));
  const entries = Object.entries(skillOf('report').files).map(([path, content]) => ({ path, content }));
  const top = blob(layerType, gzipSync(tarOf(entries)));
  const config = json('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' });
  const target = new MemoryTarget();
  const layers = Array.from({ length: count }, () => zeros);
  await publish(target, manifestOf(config, [...layers, top]), '1.0.0');
  return target;
}

describe('the layers of one artifact', () => {
  afterEach(removeTemporaries);
  const limits = { bytes: 4 * half };

  it('may hold together what one archive may', async () => {
    const target = await imageOf(3);
    const artifact = await readArtifact(target, '1.0.0', { limits });
    const { files } = await unpackArtifact(target, artifact, join(makeTemporary(), 'report'), { limits });
    expect(files.map(({ path }) => path)).to.include('SKILL.md');
  });

  it('are not read on when they grow beyond that', async () => {
    const target = await imageOf(5);
    const error = await expectFailure(
      () => readArtifact(target, '1.0.0', { limits }),
      'ERR_ARCHIVE_UNSAFE',
      'too-large',
    );
    expect(error.message).to.contain(`more than ${limits.bytes} bytes`);
  });

  it('are not unpacked either', async () => {
    const target = await imageOf(5);
    const artifact = await readArtifact(target, '1.0.0');
    const out = join(makeTemporary(), 'report');
    await expectFailure(() => unpackArtifact(target, artifact, out, { limits }), 'ERR_ARCHIVE_UNSAFE', 'too-large');
  });

  it('cost no more than that, however often one is listed', async () => {
    const bomb = blob(layerType, gzipSync(Buffer.concat([tarOf([]), Buffer.alloc(63 * 1024 * 1024)])));
    const config = json('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' });
    const target = new MemoryTarget();
    await publish(target, manifestOf(config, Array(2_000).fill(bomb)), '1.0.0');
    const most = { limits: { bytes: 256 * 1024 * 1024 } };
    const { data } = await expectFailure(() => readArtifact(target, '1.0.0', most), 'ERR_ARCHIVE_UNSAFE');
    expect(data?.reason).to.be.oneOf(['too-large', 'ratio']);
  });
});
