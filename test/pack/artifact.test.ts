import { join } from 'node:path';
import { expect } from 'chai';
import { type Descriptor, type ErrorCode, mediaTypes, sha256, streamOf } from '../../src/core/index.ts';
import { holdArtifact, readArtifact, unpackArtifact } from '../../src/pack/index.ts';
import { PackedTarget } from '../../src/pack/packed-target.ts';
import { expectFailure } from './helpers/errors.ts';
import { file, tgz } from './helpers/tar-builder.ts';
import { listAll, makeTemporary, removeTemporaries } from './helpers/temporary.ts';

const types = {
  artifact: 'application/vnd.agentskills.skill.v1',
  config: 'application/vnd.agentskills.skill.config.v1+json',
  layer: 'application/vnd.agentskills.skill.content.v1.tar+gzip',
};
const archive = tgz(file('demo/SKILL.md', 'text'), file('demo/run.sh', 'echo', { mode: 0o755 }));
const plain = { schemaVersion: '1', name: 'demo', version: '1.2.0', description: 'A demo.' };
const files = [
  { path: 'SKILL.md', digest: sha256('text'), size: 4 },
  { path: 'run.sh', digest: sha256('echo'), size: 4, executable: true },
];

interface Shape {
  config?: unknown;
  inline?: boolean;
  manifest?: Record<string, unknown>;
  layers?: (layer: Descriptor) => readonly object[];
  archive?: Buffer;
}

function describeBytes(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** An artifact as any writer could have made it. */
function artifactOf(shape: Shape = {}): PackedTarget {
  const content = shape.archive ?? archive;
  const configBytes = Buffer.from(
    typeof shape.config === 'string' ? shape.config : JSON.stringify(shape.config ?? plain),
  );
  const bare = describeBytes(types.config, configBytes);
  const config = shape.inline ? { ...bare, data: configBytes.toString('base64') } : bare;
  const layer = describeBytes(types.layer, content);
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: types.artifact,
    config,
    layers: shape.layers?.(layer) ?? [layer],
    ...shape.manifest,
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const contents = [
    ...(shape.inline ? [] : [{ descriptor: bare, open: () => streamOf(configBytes) }]),
    { descriptor: layer, open: () => streamOf(content) },
  ];
  const descriptor = describeBytes(mediaTypes.imageManifest, bytes);
  return new PackedTarget([{ descriptor, bytes, references: ['1.2.0'] }], contents);
}

const withPackage = (more: object) => ({ ...plain, package: { name: 'demo', description: 'A demo.', files, ...more } });
const other = describeBytes('application/vnd.docsclaw.skill.card.v1+yaml', Buffer.from('card'));

describe('pack: reading artifacts', () => {
  afterEach(removeTemporaries);

  const forms: readonly (readonly [string, Shape])[] = [
    ['whose config is pushed only, as skills-oci writes them', {}],
    ['whose config is inlined, as Arconia and Epos write them', { inline: true }],
    ['with two layers, as docsclaw writes them', { layers: (layer) => [other, layer] }],
    ['without artifactType, from an old registry', { manifest: { artifactType: undefined } }],
    [
      'known by its layer alone',
      {
        manifest: {
          artifactType: undefined,
          config: {
            ...describeBytes('x/y', Buffer.from(JSON.stringify(plain))),
            data: Buffer.from(JSON.stringify(plain)).toString('base64'),
          },
        },
      },
    ],
    ['whose tar is bare', { archive: tgz(file('SKILL.md', 'text'), file('run.sh', 'echo', { mode: 0o755 })) }],
    ['that lists its files', { config: withPackage({}) }],
    ['that was written by a newer version', { config: withPackage({ later: { unknown: [1] } }) }],
  ];
  for (const [title, shape] of forms) {
    it(`reads and unpacks one ${title}`, async () => {
      const target = artifactOf(shape);
      const artifact = await readArtifact(target, '1.2.0');
      expect(artifact).to.deep.include({ dialect: 'agentskills', version: '1.2.0', content: 'tar' });
      expect(artifact.manifest).to.deep.include({ name: 'demo', description: 'A demo.' });
      const out = join(makeTemporary(), 'out');
      const tree = await unpackArtifact(target, artifact, out);
      expect(listAll(out)).to.deep.equal(['SKILL.md', 'run.sh']);
      if (artifact.files) expect(tree.files).to.deep.equal(artifact.files);
    });
  }

  it('takes from the annotations what the config does not say, as of skr', async () => {
    const annotations = { 'io.agentskills.skill.name': 'demo', 'org.opencontainers.image.version': '3.0.0' };
    const artifact = await readArtifact(artifactOf({ config: { created: 'now' }, manifest: { annotations } }), '1.2.0');
    expect(artifact.manifest.name).to.equal('demo');
    expect(artifact.version).to.equal('3.0.0');
  });

  /** Files that are far down in folders of their own. */
  const deepFiles = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...files[0], path: `f${at}/${'a/'.repeat(125)}x` }));

  const wrong: readonly (readonly [string, Shape, ErrorCode])[] = [
    ['an image', { manifest: { artifactType: 'x/y', config: other, layers: [other] } }, 'ERR_ARTIFACT_INVALID'],
    ['an index', { manifest: { mediaType: mediaTypes.imageIndex, manifests: [] } }, 'ERR_ARTIFACT_INVALID'],
    ['no layer', { layers: () => [other] }, 'ERR_ARTIFACT_INVALID'],
    ['two skills', { layers: (layer) => [layer, layer] }, 'ERR_ARTIFACT_INVALID'],
    ['a config that is no JSON', { config: '<html>' }, 'ERR_ARTIFACT_INVALID'],
    ['a config that is a list', { config: [] }, 'ERR_ARTIFACT_INVALID'],
    ['no name, in its config or its files', { config: {} }, 'ERR_SKILL_INVALID'],
    ['a name that leads out', { config: { ...plain, name: '../x' } }, 'ERR_ARTIFACT_INVALID'],
    ['two names', { manifest: { annotations: { 'io.agentskills.skill.name': 'other' } } }, 'ERR_ARTIFACT_INVALID'],
    ['two names within', { config: withPackage({ name: 'other' }) }, 'ERR_ARTIFACT_INVALID'],
    [
      'a content digest of other files',
      { config: withPackage({ contentDigest: sha256('x') }) },
      'ERR_ARTIFACT_INVALID',
    ],
    ['a content digest that is none', { config: withPackage({ contentDigest: 'x' }) }, 'ERR_ARTIFACT_INVALID'],
    ['an empty list of files', { config: withPackage({ files: [] }) }, 'ERR_ARTIFACT_INVALID'],
    [
      'more folders than an archive may have',
      { config: withPackage({ files: deepFiles(1_000) }) },
      'ERR_ARTIFACT_INVALID',
    ],
    [
      'a file that leads out',
      { config: withPackage({ files: [{ ...files[0], path: '../x' }] }) },
      'ERR_ARTIFACT_INVALID',
    ],
    ['a file twice', { config: withPackage({ files: [files[0], files[0]] }) }, 'ERR_ARTIFACT_INVALID'],
    ['a file without size', { config: withPackage({ files: [{ ...files[0], size: -1 }] }) }, 'ERR_ARTIFACT_INVALID'],
    [
      'a file without digest',
      { config: withPackage({ files: [{ ...files[0], digest: '' }] }) },
      'ERR_ARTIFACT_INVALID',
    ],
    [
      'an inlined config that is another',
      {
        inline: true,
        manifest: { config: { ...other, mediaType: types.config, data: Buffer.from('evil').toString('base64') } },
      },
      'ERR_DIGEST_MISMATCH',
    ],
  ];
  for (const [title, shape, code] of wrong) {
    it(`refuses one with ${title}`, async () => {
      await expectFailure(() => readArtifact(artifactOf(shape), '1.2.0'), code);
    });
  }

  const lies: readonly (readonly [string, readonly object[], string])[] = [
    ['a file of other content', [{ ...files[0], digest: sha256('evil') }, files[1] ?? {}], 'SKILL.md'],
    ['a file of another size', [{ ...files[0], size: 5 }, files[1] ?? {}], 'SKILL.md'],
    ['a file that is executable without saying so', [files[0] ?? {}, { ...files[1], executable: false }], 'run.sh'],
    ['a file more', [files[0] ?? {}], 'run.sh'],
    ['a file less', [...files, { ...files[0], path: 'gone' }], 'gone'],
  ];
  for (const [title, listed, path] of lies) {
    it(`keeps nothing of a layer that holds ${title}`, async () => {
      const target = artifactOf({ config: withPackage({ files: listed }) });
      const folder = makeTemporary();
      const artifact = await readArtifact(target, '1.2.0');
      const error = await expectFailure(
        () => unpackArtifact(target, artifact, join(folder, 'out')),
        'ERR_DIGEST_MISMATCH',
      );
      expect(error.data?.path).to.equal(path);
      expect(listAll(folder)).to.deep.equal([]);
    });
  }

  it('refuses a tar that is rooted at another name', async () => {
    const target = artifactOf({ archive: tgz(file('other/SKILL.md')) });
    await expectFailure(() => readArtifact(target, '1.2.0'), 'ERR_ARTIFACT_INVALID', 'wrong-root');
    const listed = artifactOf({ archive: tgz(file('other/SKILL.md')), config: withPackage({}) });
    const artifact = await readArtifact(listed, '1.2.0');
    await expectFailure(
      () => unpackArtifact(listed, artifact, join(makeTemporary(), 'out')),
      'ERR_ARTIFACT_INVALID',
      'wrong-root',
    );
  });

  it('says what is not there', async () => {
    await expectFailure(() => readArtifact(artifactOf(), '9.9.9'), 'ERR_NOT_FOUND');
    await expectFailure(() => artifactOf().fetch(other), 'ERR_BLOB_UNKNOWN');
    expect(await artifactOf().exists(other)).to.equal(false);
  });
});

describe('pack: what reading an artifact costs', () => {
  /** Counts what a target is asked for. */
  function counted(target: PackedTarget) {
    const asked: string[] = [];
    const counting = {
      resolve: (reference: string) => target.resolve(reference),
      exists: (descriptor: Descriptor) => target.exists(descriptor),
      fetchReference: (reference: string) => {
        asked.push(reference);
        return target.fetchReference(reference);
      },
      fetch: (descriptor: Descriptor) => {
        asked.push(descriptor.mediaType);
        return target.fetch(descriptor);
      },
    };
    return { asked, counting };
  }

  it('is one request where the config is inlined and says all, as we write it', async () => {
    const { asked, counting } = counted(artifactOf({ inline: true, config: withPackage({}) }));
    await readArtifact(counting, '1.2.0');
    expect(asked).to.deep.equal(['1.2.0']);
  });

  it('is one more for a config, and one for a layer where neither says all; nothing is fetched twice', async () => {
    const { asked, counting } = counted(artifactOf());
    const artifact = await readArtifact(counting, '1.2.0');
    expect(asked).to.deep.equal(['1.2.0', types.config, types.layer]);
    const held = holdArtifact(counting, artifact);
    for (const descriptor of [artifact.descriptor, artifact.layer]) await held.fetch(descriptor);
    await unpackArtifact(counting, artifact, join(makeTemporary(), 'out'));
    expect(asked).to.have.length(3);
    expect(await held.exists(artifact.layer)).to.equal(true);
    expect((await held.resolve('1.2.0')).digest).to.equal((await held.resolve(artifact.descriptor.digest)).digest);
    removeTemporaries();
  });
});
