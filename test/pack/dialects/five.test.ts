import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sha256 } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { contentDigestOf, readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { listAll, makeTemporary, removeTemporaries } from '../helpers/temporary.ts';
import { arconia, type Fixture, flux, publish, skillimage, skillOf, skillsOci, toolhive } from './writers/index.ts';
import type { SkillContent } from './writers/skills.ts';

const report = skillOf('report');
const other = skillOf('other');

async function holding(fixture: Fixture): Promise<MemoryTarget> {
  const target = new MemoryTarget();
  await publish(target, fixture, '1.2.0');
  return target;
}

/** What a skill's files are known by, whoever packed them. */
function digestOf({ files }: SkillContent): string {
  return contentDigestOf(Object.entries(files).map(([path, text]) => ({ path, digest: sha256(text) })));
}

interface Written {
  readonly title: string;
  readonly fixture: Fixture;
  readonly skill?: string;
  readonly content?: SkillContent;
  readonly facts: object;
  /** ToolHive drops exec bits. */
  readonly plain?: boolean;
}

const withCard = (profile: 'standard' | 'redhat') => {
  const fixture = skillimage(report, '1.2.0', profile);
  return { fixture, plain: false };
};

const written: readonly Written[] = [
  {
    title: 'Arconia',
    fixture: arconia(report, '1.2.0'),
    facts: { dialect: 'agentskills', root: 'named', folder: 'report', content: 'tar', version: '1.2.0' },
  },
  {
    title: 'skills-oci',
    fixture: skillsOci(report, '1.2.0'),
    facts: { dialect: 'agentskills', root: 'named', folder: 'report', content: 'tar', version: '1.2.0' },
  },
  {
    title: 'ToolHive',
    fixture: toolhive(report, '1.2.0'),
    facts: { dialect: 'image', root: 'bare', folder: '', layered: true, version: '1.2.0' },
    plain: true,
  },
  {
    title: 'Flux, one of several skills',
    fixture: flux([other, report], '1.2.0'),
    skill: 'report',
    facts: { dialect: 'flux', root: 'named', folder: 'report', skills: ['other', 'report'], version: '1.2.0' },
  },
  {
    title: 'Flux, the only skill',
    fixture: flux([report], '1.2.0'),
    facts: { dialect: 'flux', root: 'named', folder: 'report', version: '1.2.0' },
  },
];

describe('pack: artifacts of five other tools', () => {
  afterEach(removeTemporaries);

  for (const { title, fixture, skill, facts, plain = false } of written) {
    it(`reads and unpacks what ${title} has written`, async () => {
      const target = await holding(fixture);
      const artifact = await readArtifact(target, '1.2.0', { skill });
      expect(artifact).to.deep.include({ ...facts, descriptor: fixture.root.descriptor });
      expect(artifact.contentDigest).to.equal(digestOf(report));
      expect(artifact.manifest).to.deep.include({ name: 'report', version: '1.2.0', license: 'MIT' });
      expect(artifact.manifest.description).to.match(/^Does what report does/);
      const out = join(makeTemporary(), 'out');
      const tree = await unpackArtifact(target, artifact, out);
      expect(tree).to.deep.equal({ contentDigest: artifact.contentDigest, files: artifact.files });
      expect(tree.files.filter(({ executable }) => executable).map(({ path }) => path)).to.deep.equal(
        plain ? [] : ['scripts/run.sh'],
      );
      expect(readFileSync(join(out, 'references/guide.md'), 'utf8')).to.equal(report.files['references/guide.md']);
    });
  }

  for (const profile of ['standard', 'redhat'] as const) {
    it(`reads what skillctl has written with its ${profile} types, and takes no SkillCard for a manifest`, async () => {
      const { fixture } = withCard(profile);
      const target = await holding(fixture);
      const artifact = await readArtifact(target, '1.2.0');
      expect(artifact).to.deep.include({ dialect: 'image', root: 'bare', version: '1.2.0' });
      expect(artifact.manifest).to.deep.include({ name: 'report', license: 'MIT', sources: ['SKILL.md'] });
      const out = join(makeTemporary(), 'out');
      await unpackArtifact(target, artifact, out);
      expect(listAll(out)).to.include.members(['SKILL.md', 'skill.yaml', 'scripts/run.sh']);
    });
  }

  it('has fixtures whose layers GNU tar reads too, in the order of their tool', () => {
    const listOf = (fixture: Fixture) => {
      const layer = fixture.parts.find(({ descriptor }) => /tar\+gzip$/.test(descriptor.mediaType));
      return execFileSync('tar', ['-tzf', '-'], { input: layer?.bytes ?? '' })
        .toString()
        .trim()
        .split('\n');
    };
    expect(listOf(skillsOci(report, '1.0.0'))).to.deep.equal([
      'report/',
      'report/SKILL.md',
      'report/references/',
      'report/references/guide.md',
      'report/scripts/',
      'report/scripts/run.sh',
    ]);
    expect(listOf(toolhive(report, '1.0.0'))).to.deep.equal(['SKILL.md', 'references/guide.md', 'scripts/run.sh']);
    expect(listOf(flux([report, other], '1.0.0')).slice(0, 3)).to.deep.equal(['.', 'other', 'other/SKILL.md']);
    expect(listOf(arconia(report, '1.0.0')).at(-1)).to.equal('report/SKILL.md');
    expect(listOf(skillimage(report, '1.0.0'))).to.include.members(['SKILL.md', 'skill.yaml', 'references']);
  });

  it('writes links of Arconia as copies', async () => {
    const target = await holding(arconia(report, '1.2.0', { 'GUIDE.md': 'references/guide.md' }));
    const artifact = await readArtifact(target, '1.2.0');
    const out = join(makeTemporary(), 'out');
    await unpackArtifact(target, artifact, out);
    expect(readFileSync(join(out, 'GUIDE.md'), 'utf8')).to.equal(report.files['references/guide.md']);
  });

  it('reads what a skill of ToolHive requires', async () => {
    const requires = [
      'ghcr.io/acme/skills/pdf:1.0.0',
      `localhost:5000/x@sha256:${'a'.repeat(64)}`,
      'ghcr.io/acme/y',
      '?',
    ];
    const { manifest } = await readArtifact(await holding(toolhive(report, '1.2.0', requires)), '1.2.0');
    expect(manifest.dependencies.map(({ name, range }) => [name, range])).to.deep.equal([
      ['ghcr.io/acme/skills/pdf', '1.0.0'],
      ['localhost:5000/x', `sha256:${'a'.repeat(64)}`],
      ['ghcr.io/acme/y', '*'],
    ]);
  });

  it('lists the skills of an artifact that has several, where none is named or another one', async () => {
    const target = await holding(flux([report, other], '1.2.0'));
    const unnamed = await expectFailure(() => readArtifact(target, '1.2.0'), 'ERR_ARTIFACT_INVALID', 'several-skills');
    expect(unnamed.data?.offered).to.deep.equal(['other', 'report']);
    expect(unnamed.message + unnamed.hint).to.match(/other, report.*--skill other/);
    const wrong = await expectFailure(() => readArtifact(target, '1.2.0', { skill: 'nope' }), 'ERR_NOT_FOUND');
    expect(wrong.data?.offered).to.deep.equal(['other', 'report']);
    const single = await holding(toolhive(report, '1.2.0'));
    await expectFailure(() => readArtifact(single, '1.2.0', { skill: 'nope' }), 'ERR_NOT_FOUND', 'no-such-skill');
  });

  it('reads layers, configs and children whose descriptors say 0 bytes', async () => {
    const fixture = skillsOci(report, '1.2.0');
    const document = JSON.parse(fixture.root.bytes.toString());
    for (const descriptor of [document.config, ...document.layers]) descriptor.size = 0;
    const bytes = Buffer.from(JSON.stringify(document));
    const root = { bytes, descriptor: { ...fixture.root.descriptor, digest: sha256(bytes), size: bytes.length } };
    const target = await holding({ parts: [...fixture.parts.slice(0, -1), root], root });
    const sizes = new Map(fixture.parts.map(({ descriptor }) => [descriptor.digest, descriptor.size]));
    const asking = Object.assign(Object.create(target), {
      fetchReference: (reference: string) => target.fetchReference(reference),
      fetch: (descriptor: Parameters<MemoryTarget['fetch']>[0]) => target.fetch(descriptor),
      fetchSize: async ({ digest }: Parameters<MemoryTarget['fetch']>[0]) => sizes.get(digest),
    });
    const artifact = await readArtifact(asking, '1.2.0');
    expect(artifact.layer.size).to.be.greaterThan(0);
    expect(artifact.contentDigest).to.equal(digestOf(report));
    await expectFailure(() => readArtifact(target, '1.2.0'), 'ERR_ARTIFACT_INVALID');
  });
});
