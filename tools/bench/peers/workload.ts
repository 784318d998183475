import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Descriptor, type Digest, mediaTypes, sha256, streamOf } from '../../../src/core/index.ts';
import { copy, openLayout, RemoteRegistry } from '../../../src/oci/index.ts';
import { noise, writeSmallSkill } from '../ground.ts';
import { publishAll, requestsOf } from '../workload.ts';
import type { PeerGround } from './ground.ts';

export const manySkills = 200;
const images = 10;
const layers = 79;

/** What the rows move: all of it lies in the first registry. */
export interface Workload {
  /** One skill of 20 KB. */
  readonly small: string;
  /** A skill whose layer has 100 MiB. */
  readonly large: string;
  /** The same in a layout folder, as `1.0.0`. */
  readonly layout: string;
  /** 200 skills of 20 KB. */
  readonly many: readonly string[];
  /** `skills.json` and the lock of a project that has them. */
  readonly declared: string;
  readonly lock: string;
  /** An index of 10 images with 80 blobs each. */
  readonly blobs: string;
}

export async function prepareWorkload({ room, from }: PeerGround): Promise<Workload> {
  const small = join(room, 'skills/bench-one');
  writeSmallSkill(small, 'bench-one', 1);
  const large = join(room, 'skills/bench-large');
  writeSmallSkill(large, 'bench-large', 2);
  writeFileSync(join(large, 'data.bin'), noise(100 * 1024 * 1024, 9));
  await publishAll(from, 'peers', [small, large]);
  const many = Array.from({ length: manySkills }, (_, index) => join(room, `skills/bench-${index}`));
  many.forEach((folder, index) => {
    writeSmallSkill(folder, `bench-${index}`, index + 3);
  });
  await publishAll(from, 'many', many);
  const layout = join(room, 'layout');
  await using registry = new RemoteRegistry(from, {});
  await copy(registry.repository('peers/bench-large'), '1.0.0', openLayout(layout), '1.0.0');
  await pushBlobs(registry);
  const { declared, lock } = await requestsOf(from, 'many', many, room);
  return {
    small: `${from}/peers/bench-one:1.0.0`,
    large: `${from}/peers/bench-large:1.0.0`,
    layout,
    many: many.map((_, index) => `${from}/many/bench-${index}:1.0.0`),
    declared,
    lock,
    blobs: `${from}/peers/blobs:1.0.0`,
  };
}

/** Small blobs: what is measured is the requests, not the bytes. */
async function pushBlobs(registry: RemoteRegistry): Promise<void> {
  const target = registry.repository('peers/blobs');
  const push = async (mediaType: string, bytes: Buffer): Promise<Descriptor> => {
    const descriptor = { mediaType, digest: sha256(bytes) as Digest, size: bytes.byteLength };
    await target.push(descriptor, () => streamOf(bytes));
    return descriptor;
  };
  const manifests = [];
  for (let image = 0; image < images; image++) {
    const layer = (index: number) =>
      push('application/vnd.oci.image.layer.v1.tar', noise(2_000, 1_000 + image * layers + index));
    const config = await push(
      'application/vnd.oci.image.config.v1+json',
      Buffer.from(
        JSON.stringify({
          architecture: 'amd64',
          os: 'linux',
          variant: `v${image}`,
          rootfs: { type: 'layers', diff_ids: [] },
        }),
      ),
    );
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      config,
      layers: await Promise.all(Array.from({ length: layers }, (_, index) => layer(index))),
    };
    const platform = { architecture: 'amd64', os: 'linux', variant: `v${image}` };
    manifests.push({ ...(await push(mediaTypes.imageManifest, Buffer.from(JSON.stringify(document)))), platform });
  }
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests };
  await target.tag(await push(mediaTypes.imageIndex, Buffer.from(JSON.stringify(index))), '1.0.0');
}
