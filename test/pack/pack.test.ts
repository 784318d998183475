import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { parseManifest, readAll } from '../../src/core/index.ts';
import {
  contentDigestOf,
  hashTree,
  openFolder,
  type PackedSkill,
  type PackOptions,
  pack,
  readArtifact,
  unpackArtifact,
} from '../../src/pack/index.ts';
import { expectFailure } from './helpers/errors.ts';
import { makeTemporary, removeTemporaries, writeFiles } from './helpers/temporary.ts';

const skillMd = '---\nname: demo\ndescription: Shows how a skill is packed.\nlicense: MIT\n---\n\n# Demo\n';
const files = {
  'SKILL.md': skillMd,
  'scripts/run.sh': '#!/bin/sh\necho hello\n',
  'scripts/a-b.txt': 'sorts before the folder below',
  'scripts/a/b.txt': 'sorts after',
  'assets/dot.bin': Buffer.from([0, 255, 13, 10]),
  'texts/gr\u00fc\u00dfe.md': 'Gr\u00fc\u00dfe\n',
  'texts/\u{1F600}.md': 'beyond the basic plane',
  'texts/\uFF5E.md': 'sorts before it by bytes, after it by UTF-16',
};

/** manifest, layer, config, content digest; they change only when the format does. */
const golden = [
  'sha256:dced8affe37f627aad22af1373a93479757f90fb9c53a0b792b8c9f8a5434f69',
  'sha256:b730576964176b401d21469c0990b1390c858ef0faed473faba52111afebb4ad',
  'sha256:e41488af4d2376950c8014c3a028e4ddd4289c81e1c54dda2150f2198e328ba4',
  'sha256:d94d4fee37969ed56392881fac074f8a492271b8252ad3f3b71331e1442090a3',
];

function makeSkill(more: Readonly<Record<string, string | Uint8Array>> = {}): string {
  return writeFiles(join(makeTemporary(), 'demo'), { ...files, ...more });
}

function digestsOf({ descriptor, layer, config, contentDigest }: PackedSkill): string[] {
  return [descriptor.digest, layer.digest, config.digest, contentDigest];
}

async function packDigests(dir: string, options: Partial<PackOptions> = {}): Promise<string[]> {
  await using packed = await pack(openFolder(dir), { version: '1.2.3', ...options });
  return digestsOf(packed);
}

async function tarNames(layer: Uint8Array): Promise<string[]> {
  const reader = extract();
  reader.end(gunzipSync(layer));
  const names: string[] = [];
  for await (const entry of reader) {
    const { name, mode = 0, uid, gid, mtime, uname, gname } = entry.header;
    names.push(`${mode.toString(8)} ${name}`);
    expect([uid, gid, mtime?.getTime(), uname, gname]).to.deep.equal([0, 0, 0, '', '']);
    entry.resume();
  }
  return names;
}

const execFileAsync = promisify(execFile);

describe('pack', () => {
  afterEach(removeTemporaries);

  it('gives the golden digests', async () => {
    expect(await packDigests(makeSkill())).to.deep.equal(golden);
  });

  it('gives them under other clocks, umasks, times, languages and file orders', async () => {
    const script = join(import.meta.dirname, 'helpers', 'pack-digests.ts');
    const runs = [
      { umask: '077', env: { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'C' } },
      { umask: '000', env: { TZ: 'America/New_York', LANG: 'de_DE.UTF-8', SOURCE_DATE_EPOCH: '1234567890' } },
    ];
    const outputs = runs.map(async ({ umask, env }, index) => {
      const reversed = Object.fromEntries(Object.entries(files).reverse());
      const dir = writeFiles(join(makeTemporary(), 'demo'), index === 0 ? reversed : files);
      utimesSync(join(dir, 'SKILL.md'), 86_400 * index, 86_400 * (index + 1));
      mkdirSync(join(dir, 'empty', 'folders'), { recursive: true });
      const { stdout } = await execFileAsync(process.execPath, [script, dir, umask], {
        env: { PATH: process.env.PATH, ...env },
      });
      return stdout.trim().split('\n');
    });
    expect(await Promise.all(outputs)).to.deep.equal([golden, golden]);
  });

  it('writes a tar that others read: rooted, sorted, modes kept, no owner and no time', async () => {
    await using packed = await pack(openFolder(makeSkill()), { version: '1.0.0' });
    const layer = await readAll(await packed.target.fetch(packed.layer), 1 << 20);
    expect(await tarNames(layer)).to.deep.equal(
      [
        '755 demo/',
        '644 demo/SKILL.md',
        '755 demo/assets/',
        '644 demo/assets/dot.bin',
        '755 demo/scripts/',
        '755 demo/scripts/a/',
        '644 demo/scripts/a-b.txt',
        '644 demo/scripts/a/b.txt',
        '755 demo/scripts/run.sh',
        '755 demo/texts/',
        '644 demo/texts/gr\u00fc\u00dfe.md',
        '644 demo/texts/\uFF5E.md',
        '644 demo/texts/\u{1F600}.md',
      ].sort((a, b) =>
        Buffer.compare(Buffer.from(a.slice(4).replace(/\/$/, '')), Buffer.from(b.slice(4).replace(/\/$/, ''))),
      ),
    );
  });

  it('writes the manifest that the de-facto readers expect', async () => {
    await using packed = await pack(openFolder(makeSkill()), {
      version: 'v1.0.0+build.5',
      revision: 'abc',
      source: 'https://x',
    });
    const descriptor = await packed.target.resolve('1.0.0_build.5');
    expect(descriptor).to.deep.equal(packed.descriptor);
    const image = parseManifest(await readAll(await packed.target.fetch(descriptor), 1 << 20));
    expect(image.artifactType).to.equal('application/vnd.agentskills.skill.v1');
    expect(image.layers).to.have.length(1);
    expect(image.layers[0]).to.deep.include({
      mediaType: 'application/vnd.agentskills.skill.content.v1.tar+gzip',
      annotations: { 'org.opencontainers.image.title': 'demo.tar.gz' },
    });
    expect(image.annotations).to.deep.equal({
      'io.agentskills.skill.name': 'demo',
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      'org.opencontainers.image.description': 'Shows how a skill is packed.',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://x',
      'org.opencontainers.image.title': 'demo',
      'org.opencontainers.image.version': '1.0.0+build.5',
    });
    const config = await readAll(await packed.target.fetch(image.config), 1 << 20);
    expect(Buffer.from(image.config.data ?? '', 'base64').equals(config)).to.equal(true);
    const { package: extended, ...plain } = JSON.parse(Buffer.from(config).toString());
    expect(plain).to.deep.equal({
      schemaVersion: '1',
      name: 'demo',
      version: '1.0.0+build.5',
      description: 'Shows how a skill is packed.',
      license: 'MIT',
    });
    expect(extended.contentDigest).to.equal(packed.contentDigest);
    expect(extended.files).to.have.length(8);
    expect(extended.files.filter((file: { executable?: boolean }) => file.executable)).to.have.length(1);
  });

  it('packs links to files as the files that they lead to', async () => {
    const linked = makeSkill();
    symlinkSync('run.sh', join(linked, 'scripts', 'link.sh'));
    const copied = makeSkill({ 'scripts/link.sh': files['scripts/run.sh'] });
    expect(await packDigests(linked)).to.deep.equal(await packDigests(copied));
  });

  it('takes times from SOURCE_DATE_EPOCH only when asked', async () => {
    const before = process.env.SOURCE_DATE_EPOCH;
    process.env.SOURCE_DATE_EPOCH = '86400';
    try {
      await using packed = await pack(openFolder(makeSkill()), { version: '1.2.3', timestamps: true });
      const { annotations } = await readArtifact(packed.target, '1.2.3');
      expect(annotations['org.opencontainers.image.created']).to.equal('1970-01-02T00:00:00Z');
      expect(packed.contentDigest).to.equal(golden[3]);
      expect(packed.layer.digest).not.to.equal(golden[1]);
      process.env.SOURCE_DATE_EPOCH = 'yesterday';
      await expectFailure(() => packDigests(makeSkill(), { timestamps: true }), 'ERR_USAGE');
    } finally {
      if (before === undefined) delete process.env.SOURCE_DATE_EPOCH;
      else process.env.SOURCE_DATE_EPOCH = before;
    }
  });

  it('generates SKILL.md where there is none, the same each time, and says so', async () => {
    const yaml = 'name: demo\nversion: 1.0.0\ndescription: Shows how a skill is packed.\n';
    const dir = writeFiles(join(makeTemporary(), 'demo'), {
      'skill.yaml': yaml,
      'knowledge/overview.md': '# All of it\n',
    });
    await using packed = await pack(openFolder(dir), { version: '1.0.0' });
    expect(packed.generated).to.equal(true);
    expect(await packDigests(dir, { version: '1.0.0' })).to.deep.equal(digestsOf(packed));
    const artifact = await readArtifact(packed.target, '1.0.0');
    const out = join(makeTemporary(), 'out');
    await unpackArtifact(packed.target, artifact, out);
    expect(readFileSync(join(out, 'SKILL.md'), 'utf8')).to.include('All of it');
  });

  it('packs skill.md as SKILL.md: one file, which readers of both spellings find', async () => {
    const dir = writeFiles(join(makeTemporary(), 'demo'), { 'skill.md': skillMd, 'notes.md': 'more' });
    await using packed = await pack(openFolder(dir), { version: '1.0.0' });
    expect(packed.generated).to.equal(false);
    const artifact = await readArtifact(packed.target, '1.0.0');
    expect(artifact.manifest.instructionsFile).to.equal('SKILL.md');
    const out = join(makeTemporary(), 'out');
    const { files: unpacked } = await unpackArtifact(packed.target, artifact, out);
    expect(unpacked.map(({ path }) => path)).to.have.members(['SKILL.md', 'notes.md']);
    expect(readFileSync(join(out, 'SKILL.md'), 'utf8')).to.equal(skillMd);
  });

  it('refuses a version that is none, and a folder that is no skill', async () => {
    await expectFailure(() => packDigests(makeSkill(), { version: '1.0' }), 'ERR_REFERENCE_INVALID');
    const empty = writeFiles(makeTemporary(), { 'README.md': 'x' });
    await expectFailure(() => packDigests(empty), 'ERR_SKILL_INVALID');
  });

  it('notices a file that changes while it is packed', async () => {
    for (const content of ['longer than before'.repeat(9), '']) {
      const dir = makeSkill();
      const folder = openFolder(dir);
      writeFiles(dir, { 'scripts/run.sh': content });
      await expectFailure(() => pack(folder, { version: '1.0.0' }), 'ERR_IO');
    }
    const dir = makeSkill();
    const folder = openFolder(dir);
    rmSync(join(dir, 'assets'), { recursive: true });
    await expectFailure(() => pack(folder, { version: '1.0.0' }), 'ERR_NOT_FOUND');
  });

  it('brings any folder back as it was', async () => {
    const segment = fc.stringMatching(/^[a-z\u00e0-\u00f6\u4e00-\u4e20]{1,12}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `d/${parts.join('/')}.md`);
    const content = fc.uint8Array({ maxLength: 2_000 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(path, content, { maxKeys: 12 }), fc.boolean(), async (more, exec) => {
        const names = Object.fromEntries(Object.entries(more).map(([key, value]) => [exec ? `${key}.sh` : key, value]));
        const dir = makeSkill(names);
        await using packed = await pack(openFolder(dir), { version: '1.0.0' });
        const out = join(makeTemporary(), 'out');
        const tree = await unpackArtifact(packed.target, await readArtifact(packed.target, '1.0.0'), out);
        expect(tree).to.deep.equal(hashTree(dir));
        expect(tree).to.deep.equal(hashTree(out));
        expect(tree).to.deep.equal({ contentDigest: packed.contentDigest, files: packed.files });
        expect(contentDigestOf(packed.files.toReversed())).to.equal(packed.contentDigest);
      }),
      { numRuns: 25 },
    );
  });
});
