import { expect } from 'chai';
import {
  answersTo,
  bodyOf,
  dependencyName,
  filesInMemory,
  generateSkillMd,
  initSkill,
  isGeneratedSkillMd,
  readSkill,
} from '../../src/manifest/index.ts';
import { fixture } from './fixture-files.ts';
import { plainMd, skillMd } from './support.ts';

describe('initSkill', () => {
  const options = [
    { name: 'pdf' },
    { name: 'x', license: 'MIT', author: 'Ann: B', version: '2.0.0', description: 'Use: "this"' },
    { name: 'release-notes', profile: 'spm' as const },
  ];
  for (const option of options) {
    it(`${JSON.stringify(option)} validates without a problem`, () => {
      const files = filesInMemory(option.name, initSkill(option));
      const { manifest, problems } = readSkill(files, { profile: option.profile ?? 'default' });
      expect(problems).to.deep.equal([]);
      expect(manifest).to.include({ name: option.name, version: option.version ?? '0.1.0' });
    });
  }

  it('refuses a name that is none', () => {
    expect(() => initSkill({ name: 'My Skill' }))
      .to.throw()
      .with.property('code', 'ERR_REFERENCE_INVALID');
  });

  it('adds a skill.yaml that agrees with an existing SKILL.md', () => {
    const text = skillMd(
      'name: pdf\ndescription: Reads PDF\nlicense: MIT\nmetadata:\n  author: Ann\n  tags: a, b\n  version: 1.2.3',
    );
    const added = initSkill({ name: 'pdf', fromSkillMd: text });
    expect([...added.keys()]).to.deep.equal(['skill.yaml']);
    const { manifest, problems } = readSkill(filesInMemory('pdf', new Map([['SKILL.md', text], ...added])));
    expect(problems).to.deep.equal([]);
    expect(manifest).to.deep.include({ version: '1.2.3', license: 'MIT', authors: ['Ann'], tags: ['a', 'b'] });
  });

  it('refuses a SKILL.md with errors', () => {
    expect(() => initSkill({ name: 'pdf', fromSkillMd: '# x' }))
      .to.throw()
      .with.property('code', 'ERR_SKILL_INVALID');
  });
});

describe('generateSkillMd', () => {
  for (const path of [
    'seed-004/core.shell',
    'seed-004/cloud.aws',
    'seed-003/advanced-skill',
    'seed-000/data-analysis-expert',
  ]) {
    it(`${path}: a SKILL.md that reads without a problem, the same each time`, () => {
      const files = fixture(path);
      const { manifest } = readSkill(files);
      if (!manifest) throw new Error(path);
      const text = generateSkillMd(manifest, files);
      expect(generateSkillMd(manifest, files)).to.equal(text);
      expect(isGeneratedSkillMd(text)).to.equal(true);
      const result = readSkill(filesInMemory(manifest.name, { 'SKILL.md': text }));
      expect(result.problems).to.deep.equal([]);
      expect(result.manifest).to.include({ name: manifest.name, description: manifest.description });
      expect(result.manifest?.version).to.equal(manifest.version);
    });
  }

  it('has the knowledge, then the context, and lists the rest', () => {
    const files = fixture('seed-004/core.shell');
    const { manifest } = readSkill(files);
    const body = manifest ? bodyOf(generateSkillMd(manifest, files)) : '';
    expect(body.indexOf('Prefer POSIX.')).to.be.greaterThan(0).and.lessThan(body.indexOf('You write shell commands.'));
    expect(generateOf('seed-004/cloud.aws')).to.include('- [recipes/deploy-app.yaml](recipes/deploy-app.yaml)');
  });

  it('has the command of code and the prompt of a conversation', () => {
    expect(generateOf('seed-003/advanced-skill')).to.include('```\npython3 script.py\n```');
    expect(generateOf('seed-003/conversation')).to.include('Review this code: {code}');
    expect(generateOf('seed-003/prompt-inline')).to.include('- `type` (enum, required: test, documentation, example)');
  });

  it('is not what a person wrote', () => expect(isGeneratedSkillMd(plainMd)).to.equal(false));
});

function generateOf(path: string): string {
  const files = fixture(path);
  const { manifest } = readSkill(files);
  return manifest ? generateSkillMd(manifest, files) : '';
}

describe('names', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['pdf', 'pdf'],
    ['core.shell', 'core-shell'],
    ['@acme/pdf', '@acme/pdf'],
    ['ghcr.io/acme/skills/pdf', 'ghcr.io/acme/skills/pdf'],
    ['localhost:5000/pdf', 'localhost:5000/pdf'],
    ['Acme', undefined],
    ['a b', undefined],
    ['acme/pdf', undefined],
    ['../x', undefined],
    ['', undefined],
    ['x'.repeat(65), undefined],
  ];
  for (const [written, name] of rows)
    it(`"${written}" is ${name}`, () => expect(dependencyName(written)).to.equal(name));

  it('a skill answers to its name, id and aliases', () => {
    const manifest = { name: 'cloud-aws', id: 'cloud.aws', aliases: ['aws'] };
    for (const name of ['cloud-aws', 'cloud.aws', 'aws']) expect(answersTo(manifest, name)).to.equal(true);
    expect(answersTo(manifest, 'cloud')).to.equal(false);
  });
});
