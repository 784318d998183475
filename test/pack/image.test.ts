import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type Descriptor, parseIndex, parseManifest, readAll } from '../../src/core/index.ts';
import { hashTree, openFolder, type PackedSkill, pack } from '../../src/pack/index.ts';
import { expectFailure } from './helpers/errors.ts';
import { makeTemporary, removeTemporaries, writeFiles } from './helpers/temporary.ts';

const skillMd =
  '---\nname: demo\ndescription: Shows how a skill is packed.\nlicense: MIT\nallowed-tools: Read Bash(git:*)\n---\n\n# Demo\n';
const files = {
  'SKILL.md': skillMd,
  'scripts/run.sh': '#!/bin/sh\necho hello\n',
  'scripts/a-b.txt': 'sorts before the folder below',
  'scripts/a/b.txt': 'sorts after',
  'texts/grüße.md': 'Grüße\n',
};

/** Bytes that look random and are the same everywhere. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let state = 1, at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Index, layer, first config; they change only when the format does. */
const golden: readonly (readonly [string, Record<string, string | Uint8Array>, readonly string[]])[] = [
  [
    'a small skill',
    {},
    [
      'sha256:e3e4d4f1c14d622b3b850c554eab1bd50806c3f164b9cef441aa32b1c895c375',
      'sha256:42fb242f8bd1ecdc091e3c73b2797d74a0f3ed470bc212f3b8f78e77897e8531',
      'sha256:8fd367866b8a5379ed97b8e5102835eadcd54271a97fcf4aff0675da1f15febe',
    ],
  ],
  [
    'a file that ends where a piece of the compressor does',
    { 'data.bin': noise(65_536) },
    [
      'sha256:4133ef4835aad3781161a7985512bc5cbf3d340b98152a3412aff07b15ca7059',
      'sha256:0d16dce5b8e1e0e3ac7ac55015a67ef3f060d42e4098cd70aa25fb73048e3928',
      'sha256:7f7e3008f3027c21198c6a1e92dea9722fd34953dad25e1a86c99c1cabd55b08',
    ],
  ],
  [
    'a file one byte larger than what is read at once',
    { 'data.bin': noise((1 << 20) + 1) },
    [
      'sha256:283965389cdb0e0da95d5435fb47e9beacad96b8642beeea04fd072cb356e718',
      'sha256:c2f30c9e1e7ed4e368ece276d13d3527952b24e39ee498f40f0cf3111b3ea97c',
      'sha256:e3a05ad04cdd9c058d0470adbade0edd7ffd2186c39b0fde00ccd1583ba1ad57',
    ],
  ],
  [
    'many small files over several reads',
    manyFiles(),
    [
      'sha256:8eba92a170c711d7512f95e9551b56f3a8974599d4805065ed0bdb28c595244f',
      'sha256:2bd5bd5e19981ba439d5313d3ed4d42ca4e4a9363ef05127bc088ec9bebb1dc0',
      'sha256:9d4095294324e3100b09487b5f64df53fde88d8bc221c013f503966ab7bc83b9',
    ],
  ],
  [
    'a tar above 8 MiB, which is stored',
    { 'data.bin': noise(9 << 20) },
    [
      'sha256:1d6a0a56ba301000daf1b6035e2660b006bff1a2201f007459597f07923df59b',
      'sha256:8091be8114bbff31f222608f97e1077453c13489cfec5290f288a08192dc36c2',
      'sha256:41c0674e0622dce328f560535c4e4c3f1d5cfce7970ea1a471414c24cca45161',
    ],
  ],
];

function manyFiles(): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`data/${at}.bin`, noise(5_000 + at)]));
}

function makeSkill(more: Readonly<Record<string, string | Uint8Array>> = {}, skill: string = skillMd): string {
  return writeFiles(join(makeTemporary(), 'demo'), { ...files, ...more, 'SKILL.md': skill });
}

function packImage(dir: string, dialects: ('agentskills' | 'image')[] = ['image']): Promise<PackedSkill> {
  return pack(openFolder(dir), { version: '1.2.3+build.5', dialects, revision: 'abc', source: 'https://x' });
}

async function fetchWhole({ target }: PackedSkill, descriptor: Descriptor): Promise<Buffer> {
  return Buffer.from(await readAll(await target.fetch(descriptor), 64 << 20));
}

async function readJson(packed: PackedSkill, descriptor: Descriptor) {
  return JSON.parse((await fetchWhole(packed, descriptor)).toString());
}

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('pack: the image dialect', () => {
  afterEach(removeTemporaries);

  for (const [name, more, digests] of golden) {
    it(`gives the golden digests for ${name}`, async () => {
      await using packed = await packImage(makeSkill(more));
      expect([packed.descriptor.digest, packed.layer.digest, packed.config.digest]).to.deep.equal(digests);
      await using again = await packImage(makeSkill(more));
      expect(again.descriptor.digest).to.equal(packed.descriptor.digest);
    });
  }

  it('is an index of one image for each platform, all over one layer', async () => {
    await using packed = await packImage(makeSkill());
    const index = parseIndex(await fetchWhole(packed, packed.descriptor));
    expect(index.mediaType).to.equal('application/vnd.oci.image.index.v1+json');
    expect(index, 'zot refuses a type that is no media type').not.to.have.property('artifactType');
    expect(index.manifests.map(({ platform }) => platform)).to.deep.equal([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    const layer = await fetchWhole(packed, packed.layer);
    for (const entry of index.manifests) {
      const bytes = await fetchWhole(packed, entry);
      expect([bytes.length, sha256(bytes)]).to.deep.equal([entry.size, entry.digest]);
      const image = parseManifest(bytes);
      expect(image).not.to.have.property('artifactType');
      expect(image.annotations).to.deep.equal(index.annotations);
      expect(image.layers).to.deep.equal([packed.layer]);
      expect(image.config.mediaType).to.equal('application/vnd.oci.image.config.v1+json');
      const config = await readJson(packed, image.config);
      expect([config.os, config.architecture]).to.deep.equal([entry.platform?.os, entry.platform?.architecture]);
      expect(config.rootfs, 'image-spec, config.md').to.deep.equal({
        type: 'layers',
        diff_ids: [sha256(gunzipSync(layer))],
      });
      expect(config.history).to.deep.equal([{ created: '1970-01-01T00:00:00Z', created_by: 'skills pack' }]);
    }
  });

  it('says what ToolHive reads, and to us the same content as the artifact', async () => {
    const requires = 'metadata:\n  toolhive.requires: "ghcr.io/acme/pdf:1.0.0\\n\\n ghcr.io/acme/xlsx:2.0.0"\n';
    const dir = makeSkill({}, skillMd.replace('---\n\n', `${requires}---\n\n`));
    await using packed = await packImage(dir, ['agentskills', 'image']);
    expect(packed.artifacts.map(({ dialect, tag }) => [dialect, tag])).to.deep.equal([
      ['agentskills', '1.2.3_build.5'],
      ['image', 'image-1.2.3_build.5'],
    ]);
    const index = parseIndex(await fetchWhole(packed, await packed.target.resolve('image-1.2.3_build.5')));
    expect(index.annotations).to.deep.equal({
      'dev.toolhive.skills.description': 'Shows how a skill is packed.',
      'dev.toolhive.skills.name': 'demo',
      'dev.toolhive.skills.requires': '["ghcr.io/acme/pdf:1.0.0","ghcr.io/acme/xlsx:2.0.0"]',
      'dev.toolhive.skills.version': '1.2.3+build.5',
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      'org.opencontainers.image.description': 'Shows how a skill is packed.',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://x',
      'org.opencontainers.image.title': 'demo',
      'org.opencontainers.image.version': '1.2.3+build.5',
    });
    const [first] = index.manifests;
    const { config } = parseManifest(await fetchWhole(packed, first ?? packed.descriptor));
    const image = await readJson(packed, config);
    expect(image.config.Labels).to.deep.equal({
      'dev.toolhive.skills.name': 'demo',
      'dev.toolhive.skills.description': 'Shows how a skill is packed.',
      'dev.toolhive.skills.version': '1.2.3+build.5',
      'dev.toolhive.skills.license': 'MIT',
      'dev.toolhive.skills.allowedTools': '["Read","Bash(git:*)"]',
      'dev.toolhive.skills.files': JSON.stringify(packed.files.map(({ path }) => path)),
    });
    expect(image.package).to.deep.equal((await readJson(packed, packed.config)).package);
    expect(image.package.contentDigest).to.equal(packed.contentDigest);
  });

  it('is unpacked by tar as the skill folder itself, modes kept', async () => {
    const dir = makeSkill();
    await using packed = await packImage(dir);
    const out = makeTemporary();
    const archive = join(out, 'layer.tar.gz');
    writeFileSync(archive, await fetchWhole(packed, packed.layer));
    const listed = execFileSync('tar', ['-tf', archive], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    });
    expect(listed.trim().split('\n')).to.deep.equal([
      'SKILL.md',
      'scripts/',
      'scripts/a/',
      'scripts/a-b.txt',
      'scripts/a/b.txt',
      'scripts/run.sh',
      'texts/',
      'texts/grüße.md',
    ]);
    const verbose = execFileSync('tar', ['--numeric-owner', '-tvf', archive], { encoding: 'utf8' });
    expect(verbose).to.match(/^-rwxr-xr-x 0\/0 .*scripts\/run\.sh$/m);
    const unpacked = join(out, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xf', archive, '-C', unpacked, '--no-same-owner']);
    expect(hashTree(unpacked)).to.deep.equal(hashTree(dir));
  });

  it('notices a file that changes between the passes of two dialects', async () => {
    const dir = makeSkill();
    const folder = openFolder(dir);
    let reads = 0;
    const racing = {
      ...folder,
      // SKILL.md is read once for its manifest and then through its path.
      files: folder.files.map((file) =>
        file.path === 'scripts/run.sh'
          ? {
              ...file,
              get source() {
                if (++reads === 4) writeFileSync(file.source, '#!/bin/sh\necho HELLO\n');
                return file.source;
              },
            }
          : file,
      ),
    };
    const error = await expectFailure(
      () => pack(racing, { version: '1.0.0', dialects: ['agentskills', 'image'] }),
      'ERR_IO',
    );
    expect(error.message).to.contain('scripts/run.sh');
  });

  it('packs each dialect once, in the order in which they are named, and none without a name', async () => {
    await using packed = await packImage(makeSkill(), ['image', 'agentskills', 'image']);
    expect(packed.artifacts.map(({ dialect }) => dialect)).to.deep.equal(['image', 'agentskills']);
    expect(await packed.target.resolve('1.2.3+build.5')).to.deep.equal(packed.descriptor);
    expect((await packed.target.resolve('1.2.3_build.5')).artifactType).to.equal(
      'application/vnd.agentskills.skill.v1',
    );
    const version = `1.0.0-${'x'.repeat(118)}`;
    const long = () => pack(openFolder(makeSkill()), { version, dialects: ['agentskills', 'image'] });
    await expectFailure(long, 'ERR_REFERENCE_INVALID');
    await expectFailure(() => packImage(makeSkill(), []), 'ERR_USAGE');
  });
});
