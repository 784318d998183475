import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { type ErrorCode, mediaTypes, sha256 } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { listAll, makeTemporary, removeTemporaries } from '../helpers/temporary.ts';
import { blob, emptyConfig, type Fixture, gzipOf, json, manifestOf, publish, skillOf, tarOf } from './writers/index.ts';

// A smallest artifact for each row of landscape.md section 3.3, by what is known of it.

const pdf = skillOf('pdf');
const skillMd = pdf.files['SKILL.md'] ?? '';
const none = blob('application/octet-stream', '{}');

/** The skill as a tar.gz, each path behind `root`. */
function packed(root = '', more: Readonly<Record<string, string>> = {}): Buffer {
  const files = Object.entries({ ...pdf.files, ...more });
  const entries = files.map(([path, content]) => ({
    path: root + path,
    content,
    mode: path.endsWith('.sh') ? 0o755 : 0o644,
  }));
  return gzipOf(tarOf(entries));
}

const layerOf = (type: string, root = '', title?: string) =>
  blob(type, packed(root), title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } });
const configOf = (type: string, value: unknown = {}) => json(type, value);
const agentskills = 'application/vnd.agentskills.skill.v1';
const contentType = 'application/vnd.agentskills.skill.content.v1.tar+gzip';
const imageConfig = configOf('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' });

function agentPackage(
  change: (config: Record<string, unknown>) => object = (config) => config,
  root = 'payload/',
): Fixture {
  const files = Object.entries(pdf.files).map(([path, text]) => ({
    path: `payload/${path}`,
    digest: sha256(text),
    executable: path.endsWith('.sh'),
  }));
  const config = {
    schemaVersion: 'agent.package/v1',
    payload: {
      id: 'pdf',
      kind: 'agent-skill',
      spec: 'https://agentskills.io/specification',
      specVersion: '1.0',
      root: 'payload',
    },
    files,
    annotations: {},
    extensions: {},
  };
  return manifestOf(
    configOf('application/vnd.agentpackage.config.v1+json', change(config)),
    [layerOf('application/vnd.agentpackage.skill.payload.v1.tar+gzip', root)],
    {
      artifactType: 'application/vnd.agentpackage.skill.v1',
      annotations: { 'org.opencontainers.image.version': '2.0.0' },
    },
  );
}

/** As `oras push` with one file after another makes it. */
function rawFiles(type: (path: string) => string): Fixture {
  const layers = Object.entries(pdf.files).map(([path, text]) =>
    blob(type(path), text, { annotations: { 'org.opencontainers.image.title': path } }),
  );
  return manifestOf(emptyConfig, layers, { artifactType: agentskills });
}

interface Row {
  readonly row: string;
  readonly fixture: Fixture;
  readonly facts: object;
  readonly version?: string;
}

const rows: readonly Row[] = [
  {
    row: 'NVIDIA agent-package',
    fixture: agentPackage(),
    facts: { dialect: 'agentpackage', root: 'payload' },
    version: '2.0.0',
  },
  {
    row: 'Alibaba acr-skill',
    fixture: manifestOf(emptyConfig, [layerOf('application/vnd.agent.skill.content.v1.tar+gzip', 'pdf/')], {
      artifactType: 'application/vnd.agent.skill.v1+json',
      annotations: {
        'org.agent.skill.name': 'pdf',
        'org.agent.skill.version': '3.1.0',
        'org.agent.skill.compatibility': '["claude","codex"]',
        'org.opencontainers.image.created': '2026-01-01T00:00:00Z',
      },
    }),
    facts: { dialect: 'acr', root: 'named' },
    version: '3.1.0',
  },
  {
    row: 'ramalama',
    fixture: manifestOf(
      configOf('application/vnd.cncf.skill.config.v1+json'),
      [layerOf('application/vnd.cncf.skill.bundle.v1.tar+gzip', 'my-folder/')],
      { artifactType: 'application/vnd.cncf.skill.manifest.v1+json' },
    ),
    facts: { dialect: 'ramalama', root: 'named', folder: 'my-folder' },
  },
  {
    row: 'skr',
    fixture: manifestOf(
      configOf('application/vnd.agentskills.skill.config.v1+json', { created: '2026-01-01T00:00:00Z' }),
      [layerOf('application/vnd.agentskills.skill.layer.v1+tar+gzip')],
      {
        annotations: {
          'com.skr.author': 'somebody',
          'com.skr.version': 'v1.0.0',
          'com.skr.dependencies': '["ghcr.io/acme/git:1.0.0"]',
        },
      },
    ),
    facts: { dialect: 'agentskills', root: 'bare' },
    version: '1.0.0',
  },
  {
    row: 'Cumasach',
    fixture: manifestOf(configOf('application/vnd.agentskills.config.v1+json', { name: 'pdf', version: '1.2.0' }), [
      layerOf(contentType, 'pdf/', 'pdf.tar.gz'),
    ]),
    facts: { dialect: 'agentskills', root: 'named' },
    version: '1.2.0',
  },
  {
    row: 'PyPI agentskills-oci',
    fixture: rawFiles(() => 'text/plain'),
    facts: { dialect: 'agentskills', content: 'files', root: 'bare' },
  },
  {
    row: 'raw files with the type that oras gives them',
    fixture: rawFiles(() => 'application/vnd.oci.image.layer.v1.tar'),
    facts: { dialect: 'agentskills', content: 'files' },
  },
  {
    row: 'docsclaw',
    fixture: manifestOf(
      configOf('application/vnd.agentskills.skill.config.v1+json', { schemaVersion: '1', name: 'pdf' }),
      [blob('application/vnd.docsclaw.skill.card.v1+yaml', 'card'), layerOf(contentType, 'pdf/')],
      { artifactType: agentskills },
    ),
    facts: { dialect: 'agentskills', folder: 'pdf' },
  },
  {
    row: 'docsclaw as an image',
    fixture: manifestOf(
      imageConfig,
      [blob('application/vnd.docsclaw.skill.card.v1+yaml', 'card'), layerOf(contentType, 'pdf/')],
      {
        artifactType: agentskills,
        annotations: { 'io.agentskills.skill.name': 'pdf' },
      },
    ),
    facts: { dialect: 'agentskills', folder: 'pdf' },
  },
  {
    row: 'a Rust library',
    fixture: manifestOf(none, [layerOf('application/vnd.agentskills.skill.v1.tar+gzip', 'pdf/')]),
    facts: { dialect: 'agentskills' },
  },
  {
    row: 'agentrc',
    fixture: manifestOf(none, [layerOf('application/vnd.agentrc.agent.skill.layer.v1.tar+gzip')]),
    facts: { dialect: 'agentrc', root: 'bare' },
  },
  {
    row: 'ocx',
    fixture: manifestOf(none, [layerOf('application/vnd.ocx.skills.v1.tar+gzip', 'pdf/')]),
    facts: { dialect: 'ocx' },
  },
  {
    row: 'chainctl, whose types are not published',
    fixture: manifestOf(configOf('application/vnd.unpublished.config+json'), [
      layerOf('application/vnd.unpublished.tar+gzip'),
    ]),
    facts: { dialect: 'tar', root: 'bare' },
  },
  {
    row: 'a tar without compression',
    fixture: manifestOf(none, [blob('application/x-tar', tarOf([{ path: 'SKILL.md', content: skillMd }]))]),
    facts: { dialect: 'tar', root: 'bare' },
  },
  {
    row: 'a folder that oras pushed',
    fixture: manifestOf(emptyConfig, [
      blob('application/vnd.oci.image.layer.v1.tar+gzip', packed('pdf/'), {
        annotations: { 'org.opencontainers.image.title': 'pdf', 'io.deis.oras.content.unpack': 'true' },
      }),
    ]),
    facts: { dialect: 'tar', folder: 'pdf' },
  },
  {
    row: 'an image by a Dockerfile, with zstd',
    fixture: manifestOf(imageConfig, [
      blob(
        'application/vnd.oci.image.layer.v1.tar+zstd',
        zstdCompressSync(tarOf([{ path: 'SKILL.md', content: skillMd }])),
      ),
    ]),
    facts: { dialect: 'image', root: 'bare' },
  },
  {
    row: 'an image of Docker (schema 2)',
    fixture: manifestOf(
      configOf('application/vnd.docker.container.image.v1+json', {
        config: { Labels: { 'dev.toolhive.skills.name': 'pdf' } },
      }),
      [layerOf('application/vnd.docker.image.rootfs.diff.tar.gzip')],
      { mediaType: mediaTypes.dockerManifest },
    ),
    facts: { dialect: 'image', root: 'bare' },
  },
];

async function holding(fixture: Fixture): Promise<MemoryTarget> {
  const target = new MemoryTarget();
  await publish(target, fixture, '1.0.0');
  return target;
}

describe('pack: every other dialect', () => {
  afterEach(removeTemporaries);

  for (const { row, fixture, facts, version } of rows) {
    it(`reads ${row}`, async () => {
      const target = await holding(fixture);
      const artifact = await readArtifact(target, '1.0.0');
      expect(artifact).to.deep.include(facts);
      expect(artifact.manifest.name).to.equal('pdf');
      if (version) expect(artifact.version).to.equal(version);
      else expect(artifact.pseudoVersion ?? artifact.version).to.match(/^0\.0\.0-|^1/);
      const out = join(makeTemporary(), 'out');
      const { files, contentDigest } = await unpackArtifact(target, artifact, out);
      expect({ files, contentDigest }).to.deep.equal({ files: artifact.files, contentDigest: artifact.contentDigest });
      expect(readFileSync(join(out, 'SKILL.md'), 'utf8')).to.equal(skillMd);
    });
  }

  it('takes of an image only the folder that is the skill', async () => {
    const layer = gzipOf(
      tarOf([
        { path: 'etc/motd', content: 'hello' },
        { path: 'pdf/SKILL.md', content: skillMd },
      ]),
    );
    const target = await holding(manifestOf(imageConfig, [blob('application/vnd.oci.image.layer.v1.tar+gzip', layer)]));
    const artifact = await readArtifact(target, '1.0.0');
    const out = join(makeTemporary(), 'out');
    await unpackArtifact(target, artifact, out);
    expect(listAll(out)).to.deep.equal(['SKILL.md']);
  });

  it('reads what a skill of skr and of ACR says in its annotations', async () => {
    const find = async (name: string) => {
      const row = rows.find((one) => one.row === name);
      return (await readArtifact(await holding(row?.fixture ?? agentPackage()), '1.0.0')).manifest;
    };
    expect((await find('skr')).dependencies.map(({ name, range }) => `${name}@${range}`)).to.deep.equal([
      'ghcr.io/acme/git@1.0.0',
    ]);
    expect((await find('Alibaba acr-skill')).version).to.equal('3.1.0');
  });

  const lies: readonly (readonly [string, Fixture, string])[] = [
    ['another content', agentPackage(change('digest', sha256('evil'))), 'payload/SKILL.md'],
    ['another exec bit', agentPackage(change('executable', true)), 'payload/SKILL.md'],
    [
      'a file that is not listed',
      agentPackage((config) => ({ ...config, files: (config.files as object[]).slice(1) })),
      'payload/SKILL.md',
    ],
    [
      'a file that is listed and missing',
      agentPackage((config) => ({
        ...config,
        files: [...(config.files as object[]), { ...(config.files as object[])[0], path: 'payload/gone' }],
      })),
      'payload/gone',
    ],
    [
      'a path that is listed twice',
      agentPackage((config) => ({ ...config, files: [...(config.files as object[]), (config.files as object[])[0]] })),
      '',
    ],
    ['another root', agentPackage((config) => config, 'pdf/'), 'pdf/SKILL.md'],
  ];
  for (const [what, fixture, path] of lies) {
    it(`compares the files of an agent-package with its list: ${what}`, async () => {
      const error = await expectFailure(
        async () => readArtifact(await holding(fixture), '1.0.0'),
        'ERR_DIGEST_MISMATCH',
      );
      expect(error.data?.path).to.equal(path);
    });
  }

  const refused: readonly (readonly [string, Fixture, ErrorCode, RegExp])[] = [
    [
      'a Helm chart',
      manifestOf(configOf('application/vnd.cncf.helm.config.v1+json'), [
        layerOf('application/vnd.cncf.helm.chart.content.v1.tar+gzip'),
      ]),
      'ERR_ARTIFACT_INVALID',
      /it is a Helm chart/,
    ],
    [
      'an agent plugin',
      manifestOf(
        configOf('application/vnd.agentpackage.config.v1+json'),
        [layerOf('application/vnd.agentpackage.plugin.payload.v1.tar+gzip')],
        { artifactType: 'application/vnd.agentpackage.plugin.v1' },
      ),
      'ERR_ARTIFACT_INVALID',
      /agent plugin/,
    ],
    [
      'a plugin of ToolHive',
      manifestOf(imageConfig, [layerOf('application/vnd.oci.image.layer.v1.tar+gzip')], {
        artifactType: 'dev.toolhive.plugins.v1',
      }),
      'ERR_ARTIFACT_INVALID',
      /plugin of ToolHive/,
    ],
    [
      'an agent of Docker Agent',
      manifestOf(configOf('application/vnd.docker.agent.config.v1+json'), [blob('application/yaml', 'a: 1')]),
      'ERR_ARTIFACT_INVALID',
      /Docker Agent/,
    ],
    [
      'a model',
      manifestOf(
        configOf('application/vnd.cncf.model.config.v1+json'),
        [layerOf('application/vnd.cncf.model.weight.v1.tar+gzip')],
        { artifactType: 'application/vnd.cncf.model.manifest.v1+json' },
      ),
      'ERR_ARTIFACT_INVALID',
      /ModelPack/,
    ],
    [
      'a signature',
      manifestOf(emptyConfig, [blob('application/vnd.dev.sigstore.bundle.v0.3+json', '{}')], {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      }),
      'ERR_ARTIFACT_INVALID',
      /a signature/,
    ],
    ['an SBOM', manifestOf(emptyConfig, [blob('application/spdx+json', '{}')]), 'ERR_ARTIFACT_INVALID', /SBOM/],
    ['an empty artifact', manifestOf(emptyConfig, [emptyConfig]), 'ERR_ARTIFACT_INVALID', /without content/],
    ['an image of no layers', manifestOf(imageConfig, []), 'ERR_ARTIFACT_INVALID', /without content/],
    [
      'something of an unknown type',
      manifestOf(none, [blob('video/mp4', 'x')]),
      'ERR_ARTIFACT_INVALID',
      /its type is "application\/octet-stream"/,
    ],
    [
      'an image without SKILL.md',
      manifestOf(imageConfig, [
        blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tarOf([{ path: 'bin/sh', content: 'x' }]))),
      ]),
      'ERR_ARTIFACT_INVALID',
      /no SKILL\.md/,
    ],
    [
      'an image with nothing in it',
      manifestOf(imageConfig, [blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tarOf([])))]),
      'ERR_ARTIFACT_INVALID',
      /no files/,
    ],
    [
      'SKILL.md too deep',
      manifestOf(none, [blob('application/x-tar', tarOf([{ path: 'a/b/SKILL.md', content: skillMd }]))]),
      'ERR_ARTIFACT_INVALID',
      /no SKILL\.md/,
    ],
    [
      'two tars',
      manifestOf(none, [layerOf('application/x-tar'), layerOf('application/gzip')]),
      'ERR_ARTIFACT_INVALID',
      /several layers/,
    ],
    [
      'a SKILL.md that says nothing',
      manifestOf(none, [blob('application/x-tar', tarOf([{ path: 'SKILL.md', content: 'hello' }]))]),
      'ERR_SKILL_INVALID',
      /cannot be used/,
    ],
    [
      'a layer of HTML',
      manifestOf(none, [blob('application/x-tar', '<html>')]),
      'ERR_ARTIFACT_INVALID',
      /neither a tar nor compressed/,
    ],
    [
      'a config that is no JSON',
      manifestOf(blob('application/vnd.oci.image.config.v1+json', 'x'), [
        layerOf('application/vnd.oci.image.layer.v1.tar+gzip'),
      ]),
      'ERR_ARTIFACT_INVALID',
      /not JSON/,
    ],
    [
      'an agent-package of another kind',
      agentPackage((config) => ({ ...config, payload: { kind: 'agent-plugin' } })),
      'ERR_ARTIFACT_INVALID',
      /agent-plugin/,
    ],
    [
      'an agent-package of another version',
      agentPackage((config) => ({ ...config, schemaVersion: 'agent.package/v9' })),
      'ERR_ARTIFACT_INVALID',
      /v9/,
    ],
    [
      'another name inside than it states',
      manifestOf(configOf('application/vnd.agentskills.skill.config.v1+json', { name: 'other' }), [
        layerOf(contentType),
      ]),
      'ERR_ARTIFACT_INVALID',
      /"other", and its SKILL\.md "pdf"/,
    ],
  ];
  for (const [what, fixture, code, message] of refused) {
    it(`refuses ${what}, and says what it is`, async () => {
      const error = await expectFailure(async () => readArtifact(await holding(fixture), '1.0.0'), code);
      expect(error.message).to.match(message);
    });
  }

  it('does not read layers that are too large to find out which skill they hold, and does with a name', async () => {
    const unnamed = manifestOf(none, [layerOf('application/x-tar')]);
    await expectFailure(
      async () => readArtifact(await holding(unnamed), '1.0.0', { largestScan: 10 }),
      'ERR_ARTIFACT_INVALID',
      'too-large',
    );
    const config = configOf('application/vnd.agentskills.skill.config.v1+json', {
      name: 'pdf',
      version: '1.0.0',
      description: 'D.',
    });
    const target = await holding(manifestOf(config, [layerOf(contentType, 'pdf/')]));
    const artifact = await readArtifact(target, '1.0.0', { largestScan: 10 });
    expect(artifact).to.not.have.any.keys('files', 'contentDigest', 'folder');
    expect(artifact.manifest.description).to.equal('D.');
    await unpackArtifact(target, artifact, join(makeTemporary(), 'out'));
  });
});

function change(key: string, value: unknown): (config: Record<string, unknown>) => object {
  return (config) => {
    const [first, ...rest] = config.files as object[];
    return { ...config, files: [{ ...first, [key]: value }, ...rest] };
  };
}
