import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type ErrorCode, sha256 } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { listAll, makeTemporary, removeTemporaries } from '../helpers/temporary.ts';
import { blob, type Fixture, gzipOf, json, manifestOf, publish, skillOf, tarOf } from './writers/index.ts';
import type { Entry } from './writers/tar.ts';

const skillMd = skillOf('pdf').files['SKILL.md'] ?? '';
const base: Entry = { path: 'SKILL.md', content: skillMd };
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

function imageOf(...layers: readonly (readonly Entry[])[]): Fixture {
  const config = json('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' });
  return manifestOf(
    config,
    layers.map((entries) => blob(layerType, gzipOf(tarOf(entries)))),
  );
}

async function holding(fixture: Fixture): Promise<MemoryTarget> {
  const target = new MemoryTarget();
  await publish(target, fixture, '1.0.0');
  return target;
}

/** The files of the image, as reading and as unpacking find them: the same. */
async function union(...layers: readonly (readonly Entry[])[]): Promise<Record<string, string>> {
  const target = await holding(imageOf(...layers));
  const artifact = await readArtifact(target, '1.0.0');
  const out = join(makeTemporary(), 'out');
  const { files } = await unpackArtifact(target, artifact, out);
  expect(files).to.deep.equal(artifact.files);
  return Object.fromEntries(files.map(({ path }) => [path, readFileSync(join(out, path), 'utf8')]));
}

const f = (path: string, content = path): Entry => ({ path, content });
const folder = (path: string): Entry => ({ path: `${path}/`, type: '5', mode: 0o755 });

describe('pack: layers upon each other', () => {
  afterEach(removeTemporaries);

  const cases: readonly (readonly [string, readonly (readonly Entry[])[], Record<string, string>])[] = [
    ['an upper file hides a lower one', [[base, f('a', 'old')], [f('a', 'new')]], { a: 'new' }],
    ['a whiteout takes a file away', [[base, f('a')], [f('.wh.a', '')]], {}],
    ['a whiteout takes a folder away', [[base, f('d/a'), f('d/e/b'), f('dd')], [f('.wh.d', '')]], { dd: 'dd' }],
    ['a whiteout in a folder', [[base, f('d/a'), f('d/b')], [f('d/.wh.a', '')]], { 'd/b': 'd/b' }],
    [
      'an opaque whiteout hides what its folder held',
      [
        [base, f('d/a'), f('e')],
        [f('d/.wh..wh..opq', ''), f('d/b')],
      ],
      { 'd/b': 'd/b', e: 'e' },
    ],
    [
      'the order inside of a layer means nothing',
      [
        [base, f('d/a')],
        [f('d/b'), f('.wh.d', ''), f('d/.wh..wh..opq', '')],
      ],
      { 'd/b': 'd/b' },
    ],
    ['a whiteout hides nothing of its own layer', [[base], [f('a'), f('.wh.a', '')]], { a: 'a' }],
    [
      'a layer above brings back what was taken away',
      [[base, f('a', '1')], [f('.wh.a', '')], [f('a', '3')]],
      { a: '3' },
    ],
    ['a file takes the place of a folder', [[base, f('x/a'), f('x/b/c')], [f('x')]], { x: 'x' }],
    ['a folder takes the place of a file', [[base, f('x')], [f('x/a')]], { 'x/a': 'x/a' }],
    ['an empty folder takes the place of a file', [[base, f('x')], [folder('x')]], {}],
    ['aufs kept its books in such files', [[base], [f('.wh..wh.aufs', ''), f('.wh..wh.plnk/1.2', 'x')]], {}],
    ['a whiteout of nothing', [[base, f('.wh.gone', '')]], {}],
    [
      'an opaque root',
      [
        [f('old'), f('d/old')],
        [f('.wh..wh..opq', ''), base],
      ],
      {},
    ],
    [
      'a link leads to a file of another layer',
      [[base, f('a')], [{ path: 'b', type: '2', target: 'a' }]],
      { a: 'a', b: 'a' },
    ],
    [
      'a link hides what lay there',
      [[base, f('a'), f('b', 'old')], [{ path: 'b', type: '2', target: 'a' }]],
      { a: 'a', b: 'a' },
    ],
    ['the instructions themselves are replaced', [[f('SKILL.md', 'old')], [base]], {}],
    ['builders put the root itself first', [[{ path: '/', type: '5' }, { path: './', type: '5' }, base]], {}],
    ['an empty layer', [[base], []], {}],
  ];
  for (const [title, layers, expected] of cases) {
    it(title, async () => {
      expect(await union(...layers)).to.deep.equal({ 'SKILL.md': skillMd, ...expected });
    });
  }

  it('reads a skill whose folder comes from several layers, and nothing beside it', async () => {
    const target = await holding(
      imageOf([f('pdf/SKILL.md', skillMd), f('etc/motd')], [f('pdf/a'), f('pdf/.wh.b', '')], [f('pdf/b')]),
    );
    const artifact = await readArtifact(target, '1.0.0');
    expect(artifact.folder).to.equal('pdf');
    const out = join(makeTemporary(), 'out');
    await unpackArtifact(target, artifact, out);
    expect(listAll(out)).to.deep.equal(['SKILL.md', 'a', 'b']);
  });

  it('has one budget for all layers: small bombs are one together', async () => {
    const zeros = Array.from({ length: 10 }, (_, at) => [f(`zeros-${at}`, '\0'.repeat(8 << 20))]);
    const target = await holding(imageOf([f('SKILL.md', skillMd)], ...zeros));
    const limits = { ratio: 500 };
    await expectFailure(() => readArtifact(target, '1.0.0', { limits }), 'ERR_ARCHIVE_UNSAFE', 'ratio');
  });

  it('does to any layers what applying them one after another does', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const change = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('file' as const), path, content: fc.string({ maxLength: 3 }) }),
      },
      fc.record({ kind: fc.constant('gone' as const), path }),
      fc.record({ kind: fc.constant('opaque' as const), path }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), async (drafts) => {
        const layers = drafts.map(possible);
        const entries = layers.map((layer) => layer.map(entryOf));
        const found = await union(...entries, [base]);
        expect(found).to.deep.equal({ ...applied(layers), 'SKILL.md': skillMd });
      }),
      { numRuns: 150 },
    );
  });

  const refused: readonly (readonly [string, readonly (readonly Entry[])[], ErrorCode, string])[] = [
    [
      'paths that differ by case, in two layers',
      [[base, f('Readme')], [f('readme')]],
      'ERR_ARCHIVE_UNSAFE',
      'case-collision',
    ],
    ['SKILL.md twice by case', [[base], [f('skill.md')]], 'ERR_ARCHIVE_UNSAFE', 'case-collision'],
    ['one path twice in a layer', [[base, f('a'), f('a')]], 'ERR_ARCHIVE_UNSAFE', 'duplicate'],
    ['a whiteout outside of the root', [[base], [f('../.wh.passwd', '')]], 'ERR_ARCHIVE_UNSAFE', 'parent-segment'],
    ['an absolute whiteout', [[base], [f('/.wh.etc', '')]], 'ERR_ARCHIVE_UNSAFE', 'absolute-path'],
    ['a whiteout of ".."', [[base], [f('.wh...', '')]], 'ERR_ARCHIVE_UNSAFE', 'reserved-name'],
    ['a whiteout of nothing at all', [[base], [f('.wh.', '')]], 'ERR_ARCHIVE_UNSAFE', 'reserved-name'],
    [
      'a hidden file outside of the root',
      [[base, f('a/../../x')], [f('.wh.a', '')]],
      'ERR_ARCHIVE_UNSAFE',
      'parent-segment',
    ],
    [
      'a hidden link that leads out',
      [[base, { path: 'a', type: '2', target: '../../etc/passwd' }]],
      'ERR_ARCHIVE_UNSAFE',
      'link-escape',
    ],
    [
      'a link to what a whiteout hides',
      [
        [base, f('a')],
        [f('.wh.a', ''), { path: 'b', type: '2', target: 'a' }],
      ],
      'ERR_ARCHIVE_UNSAFE',
      'link-dangling',
    ],
    [
      'a link to a file beside the skill',
      [[f('pdf/SKILL.md', skillMd), f('secret'), { path: 'pdf/a', type: '2', target: '../secret' }]],
      'ERR_ARCHIVE_UNSAFE',
      'link-escape',
    ],
  ];
  for (const [title, layers, code, reason] of refused) {
    it(`refuses ${title}`, async () => {
      const target = await holding(imageOf(...layers));
      const folder = makeTemporary();
      await expectFailure(
        async () => unpackArtifact(target, await readArtifact(target, '1.0.0'), join(folder, 'out')),
        code,
        reason,
      );
      expect(listAll(folder)).to.deep.equal([]);
    });
  }

  it('counts the entries and bytes of all layers together', async () => {
    const layers = [...Array(4).keys()].map((at) => [at === 0 ? base : f(`f${at}`), f(`g${at}`, 'x'.repeat(100))]);
    const target = await holding(imageOf(...layers));
    await expectFailure(
      () => readArtifact(target, '1.0.0', { limits: { entries: 7 } }),
      'ERR_ARCHIVE_UNSAFE',
      'too-many-entries',
    );
    await expectFailure(
      () => readArtifact(target, '1.0.0', { limits: { bytes: 400 } }),
      'ERR_ARCHIVE_UNSAFE',
      'too-large',
    );
    const artifact = await readArtifact(target, '1.0.0', { limits: { entries: 8 } });
    const out = join(makeTemporary(), 'out');
    await expectFailure(
      () => unpackArtifact(target, artifact, out, { limits: { entries: 7 } }),
      'ERR_ARCHIVE_UNSAFE',
      'too-many-entries',
    );
  });

  it('says of a layer that is missing, or is another than its digest names, that it is so', async () => {
    const fixture = imageOf([base], [f('a')]);
    const [, lower, upper] = fixture.parts;
    const missing = await holding({ ...fixture, parts: fixture.parts.filter((part) => part !== lower) });
    await expectFailure(() => readArtifact(missing, '1.0.0'), 'ERR_BLOB_UNKNOWN');
    const target = await holding(fixture);
    const other = gzipOf(tarOf([f('evil')]));
    const lying = Object.assign(Object.create(MemoryTarget.prototype), {
      fetchReference: (key: string) => target.fetchReference(key),
      fetch: async (descriptor: { digest: string; size: number }) => {
        const real = await target.fetch(descriptor as Parameters<MemoryTarget['fetch']>[0]);
        if (descriptor.digest !== upper?.descriptor.digest) return real;
        const { verified, streamOf } = await import('../../../src/core/index.ts');
        return verified(streamOf(other), upper.descriptor, 'a liar');
      },
    });
    await expectFailure(() => readArtifact(lying, '1.0.0'), 'ERR_DIGEST_MISMATCH');
    expect(sha256(other)).to.not.equal(upper?.descriptor.digest);
  });
});

interface Change {
  readonly kind: 'file' | 'gone' | 'opaque';
  readonly path: string;
  readonly content?: string;
}

/** What one layer can say: no path twice, nothing below a file. */
function possible(layer: readonly Change[]): readonly Change[] {
  const kept: Change[] = [];
  for (const item of layer) {
    const clash = kept.some(
      (other) =>
        (other.kind === item.kind && other.path === item.path) ||
        ((other.kind === 'file' || item.kind === 'file') &&
          (below(other.path, item.path) ||
            below(item.path, other.path) ||
            (item.kind !== 'gone' && other.kind !== 'gone' && other.path === item.path))),
    );
    if (!clash) kept.push(item);
  }
  return kept;
}

function below(path: string, parent: string): boolean {
  return path.startsWith(`${parent}/`);
}

function entryOf({ kind, path, content = '' }: Change): Entry {
  if (kind === 'file') return f(path, content);
  if (kind === 'opaque') return f(`${path}/.wh..wh..opq`, '');
  const at = path.lastIndexOf('/') + 1;
  return f(`${path.slice(0, at)}.wh.${path.slice(at)}`, '');
}

/** image-spec, layer.md: first what a layer takes away, then what it brings. */
function applied(layers: readonly (readonly Change[])[]): Record<string, string> {
  const files = new Map<string, string>();
  const remove = (hidden: (path: string) => boolean) => {
    for (const path of [...files.keys()]) if (hidden(path)) files.delete(path);
  };
  for (const layer of layers) {
    for (const { kind, path } of layer) {
      if (kind === 'gone') remove((other) => other === path || below(other, path));
      if (kind === 'opaque') remove((other) => below(other, path));
    }
    for (const { kind, path, content = '' } of layer) {
      if (kind !== 'file') continue;
      remove((other) => below(other, path) || below(path, other));
      files.set(path, content);
    }
  }
  return Object.fromEntries(files);
}
