import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isSkillsError } from '../../src/core/index.ts';
import { filesInMemory, fixSkill, type ReadSkillResult, requireSkill, rules } from '../../src/manifest/index.ts';
import { plainMd, read, readJsonSkill, readTomlSkill, readYamlSkill, skillMd, summaries, tomlHead } from './support.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'manifest');
const yamlHead = 'name: pdf\ndescription: Reads PDF files\n';
const yaml = (text: string) => readYamlSkill(yamlHead + text);

interface Case {
  readonly description: string;
  readonly result: ReadSkillResult;
  readonly problems: readonly string[];
}

const cases: readonly Case[] = [
  {
    description: 'yaml: a number as version',
    result: yaml('version: 1.0'),
    problems: ['warning field/quote skill.yaml:3:1', 'warning skill/version skill.yaml:3:1'],
  },
  {
    description: 'yaml: a version that is none',
    result: yaml('version: next'),
    problems: ['error skill/version skill.yaml:3:1'],
  },
  {
    description: 'yaml: an unknown field',
    result: yaml('icon: x'),
    problems: ['warning field/unknown skill.yaml:3:1'],
  },
  {
    description: 'yaml: a spelling',
    result: yaml('signing:\n  algorithm: gpg\n  public_key_id: x'),
    problems: ['warning field/spelling skill.yaml:5:3'],
  },
  {
    description: 'yaml: tags of the wrong sort',
    result: yaml('tags:\n  a: b'),
    problems: ['error field/type skill.yaml:3:1'],
  },
  {
    description: 'yaml: a framework without name',
    result: yaml('frameworks:\n  - compatibility: "1"'),
    problems: ['error field/required skill.yaml:4:5'],
  },
  {
    description: 'yaml: a framework whose file is not there',
    result: yaml('frameworks:\n  - name: x\n    instructions-file: x.json'),
    problems: ['warning file/missing skill.yaml:3:1'],
  },
  {
    description: 'yaml: a path that leads out',
    result: yaml('frameworks:\n  - name: x\n    instructions-file: ../x.json'),
    problems: ['error file/outside skill.yaml:3:1'],
  },
  {
    description: 'yaml: a checksum that is none',
    result: yaml('checksum: sha256:abc123...'),
    problems: ['warning checksum/format skill.yaml:3:1'],
  },
  {
    description: 'yaml: a dependency that is no name',
    result: yaml('dependencies:\n  "not a name": "1"'),
    problems: ['error dependencies/name skill.yaml:4:3'],
  },
  {
    description: 'yaml: a range that is none',
    result: yaml('dependencies:\n  a: soon'),
    problems: ['error dependencies/range skill.yaml:4:3'],
  },
  {
    description: 'yaml: a dependency twice',
    result: yaml('dependencies:\n  - a: "1"\n  - a: "2"'),
    problems: ['error dependencies/twice skill.yaml:5:5'],
  },
  {
    description: 'yaml: an alias that is none',
    result: yaml('aliases: [Not OK]'),
    problems: ['error skill/alias skill.yaml:3:11'],
  },
  { description: 'yaml: broken', result: readYamlSkill('a: [b'), problems: ['error file/broken skill.yaml:1:'] },
  { description: 'yaml: a list', result: readYamlSkill('- a'), problems: ['error file/not-a-map skill.yaml:1:1'] },
  {
    description: 'json: broken',
    result: read({ 'SKILL.md': plainMd, 'skill.json': '{\n "a": }' }),
    problems: ['error file/broken skill.json:2:7'],
  },
  {
    description: 'json: a type that is none',
    result: readJsonSkill({ type: 'magic' }),
    problems: ['error field/value skill.json:2:3'],
  },
  {
    description: 'json: code without command',
    result: readJsonSkill({ type: 'code_inline' }),
    problems: ['error execution/needs skill.json:2:3'],
  },
  {
    description: 'json: a command without type',
    result: readJsonSkill({ command: 'ls' }),
    problems: ['warning execution/type skill.json:2:3'],
  },
  {
    description: 'json: a field without use',
    result: readJsonSkill({ type: 'code_inline', command: 'ls', model: 'x' }),
    problems: ['warning execution/unused skill.json:4:3'],
  },
  {
    description: 'json: an enum without values',
    result: readJsonSkill({ type: 'prompt_inline', prompt: '{a}', parameters: [{ name: 'a', type: 'enum' }] }),
    problems: ['error execution/parameter skill.json:5:5'],
  },
  {
    description: 'json: a pattern that is none',
    result: readJsonSkill({ type: 'prompt_inline', prompt: '{a}', parameters: [{ name: 'a', pattern: '(' }] }),
    problems: ['error execution/parameter skill.json:7:7'],
  },
  {
    description: 'json: a placeholder without parameter',
    result: readJsonSkill({ type: 'prompt_inline', prompt: '{a}' }),
    problems: ['warning execution/placeholder skill.json:3:3'],
  },
  {
    description: 'json: a time below zero',
    result: readJsonSkill({ type: 'code_inline', command: 'ls', timeout: -1 }),
    problems: ['error field/value skill.json:4:3'],
  },
  {
    description: 'json: attempts that differ',
    result: readJsonSkill({ resilience: { retry_attempts: 1, retry_config: { max_attempts: 5 } } }),
    problems: ['warning resilience/attempts skill.json:3:5'],
  },
  {
    description: 'json: permissions that contradict',
    result: readJsonSkill({ security: { permissions: { network_access: false } }, sandbox: { allow_network: true } }),
    problems: ['error capabilities/disagree skill.json:7:3'],
  },
  { description: 'toml: broken', result: readTomlSkill('[skill\n'), problems: ['error file/broken skill.toml:1:'] },
  {
    description: 'toml: a missing field',
    result: readTomlSkill(tomlHead.replace(/version = .*\n/, '')),
    problems: ['error field/required skill.toml:1:'],
  },
  {
    description: 'toml: no [provides]',
    result: readTomlSkill(tomlHead.replace('[provides]', '')),
    problems: ['error field/required skill.toml:1:'],
  },
  {
    description: 'toml: an api_version of another minor',
    result: readTomlSkill(tomlHead.replace('"1.0"', '"1.4"')),
    problems: ['warning skill-toml/api-version skill.toml:6:1'],
  },
  {
    description: 'toml: an api_version of another major',
    result: readTomlSkill(tomlHead.replace('"1.0"', '"2.0"')),
    problems: ['error skill-toml/api-version skill.toml:6:1'],
  },
  {
    description: 'toml: knowledge that is not there',
    result: readTomlSkill(`${tomlHead}knowledge = true`),
    problems: ['error skill-toml/contents skill.toml:9:1'],
  },
  {
    description: 'toml: an executable without module',
    result: readTomlSkill(`${tomlHead}executable = true`),
    problems: ['error skill-toml/contents skill.toml:9:1'],
  },
  {
    description: 'toml: a module that is not there',
    result: readTomlSkill(`${tomlHead}executable = true\n[executable]\nmodule = "bin/x.wasm"`),
    problems: ['error skill-toml/contents skill.toml:11:1'],
  },
  {
    description: 'toml: a system that is none',
    result: readTomlSkill(`${tomlHead}[platform]\nos = ["beos"]`),
    problems: ['error field/value skill.toml:10:1'],
  },
];

describe('skill.yaml, skill.json and skill.toml', () => {
  for (const { description, result, problems } of cases) {
    it(description, () => {
      const found = summaries(result.problems).join('\n');
      for (const problem of problems) expect(found).to.include(problem);
    });
  }

  it('reports every problem at once, in the order of the files', () => {
    const { problems } = read({ 'SKILL.md': skillMd('name: pdf\nicon: x'), 'skill.yaml': 'version: x\nicon: y' });
    expect(summaries(problems)).to.deep.equal([
      'error skill/description SKILL.md:2:1',
      'warning skill-md/unexpected-field SKILL.md:3:1',
      'error skill/version skill.yaml:1:1',
      'warning field/unknown skill.yaml:2:1',
    ]);
  });

  it('names the smallest time as the bound of an attempt', () => {
    const { manifest } = readJsonSkill({
      type: 'code_inline',
      command: 'ls',
      timeout: 50,
      resource_limits: { max_execution_time: 40 },
      resilience: { timeout: 30, retry_config: { max_attempts: 4 } },
      security: { resource_limits: { max_execution_time: 20, max_memory_mb: 64 } },
    });
    expect(manifest?.execution).to.include({ timeoutSeconds: 20 });
    expect(manifest?.resilience).to.include({ maxAttempts: 4 });
    expect(manifest?.limits).to.deep.equal({ maxMemoryMb: 64 });
  });

  it('counts retry_attempts after the first attempt', () => {
    expect(readJsonSkill({ resilience: { retry_attempts: 0 } }).manifest?.resilience?.maxAttempts).to.equal(1);
  });

  it('takes default_permissions only where nothing else is asked', () => {
    const defaults = { default_permissions: { file_read: ['./'], network_access: true } };
    expect(readJsonSkill({ security: defaults }).manifest?.capabilities).to.deep.include({ net: 'any' });
    const own = readJsonSkill({ security: { ...defaults, permissions: { file_read: ['./src'] } } }).manifest;
    expect(own?.capabilities).to.deep.include({ net: [], fs: { read: ['./src'], write: [] } });
  });

  it('writes deprecated spellings anew', () => {
    const text = `${yamlHead}signing:\n  algorithm: gpg\n  publicKeyId: "1"\n`;
    const { changed } = fixSkill(filesInMemory('pdf', { 'skill.yaml': text }));
    expect(changed.get('skill.yaml')).to.equal(text.replace('publicKeyId', 'public-key-id'));
  });

  it('sorts dependencies into skills, hosts and foreign packages', () => {
    const { manifest, problems } = yaml(
      'dependencies:\n  - git-utils\n  - files@^2.1\n  - "@acme/pdf": latest\n  - ghcr.io/acme/skills/x: ">=1"\n  - core.shell: {version: "1.x", optional: true}\n  - caro: "1"\n  - node: {left-pad: 1.3}\n',
    );
    expect(problems.filter(({ grade }) => grade === 'error')).to.deep.equal([]);
    expect(manifest?.dependencies.map(({ name, range, optional }) => `${name} ${range} ${optional}`)).to.deep.equal([
      'git-utils * false',
      'files ^2.1 false',
      '@acme/pdf * false',
      'ghcr.io/acme/skills/x >=1 false',
      'core-shell 1.x true',
    ]);
    expect(manifest?.hosts).to.deep.equal({ caro: '1' });
    expect(manifest?.foreign).to.deep.equal({ node: { 'left-pad': '1.3' } });
  });

  it('knows hosts that the caller configures', () => {
    const files = { 'skill.yaml': `${yamlHead}dependencies: {acme-host: "1"}` };
    expect(read(files, 'pdf', { hosts: ['acme-host'] }).manifest?.hosts).to.deep.equal({ 'acme-host': '1' });
    expect(read(files).manifest?.dependencies).to.have.length(1);
  });
});

describe('files of one skill that disagree', () => {
  const rows: readonly (readonly [string, string, 'error' | 'warning' | undefined])[] = [
    ['name: other', 'name', 'error'],
    ['version: 2.0.0', 'version', 'error'],
    ['license: GPL-3.0', 'license', 'error'],
    ['license: MIT', 'license', undefined],
    ['version: v1.0.0', 'version', undefined],
    ['description: Other words', 'description', 'warning'],
    ['author: Bob', 'authors', 'warning'],
    ['tags: [z]', 'tags', 'warning'],
    ['tags: [b, a]', 'tags', undefined],
    ['homepage: https://b.example', 'homepage', 'warning'],
  ];
  const md = skillMd(
    'name: pdf\ndescription: Reads\nlicense: MIT\nmetadata:\n  version: 1.0.0\n  author: Ann\n  tags: a, b\n  homepage: https://a.example',
  );
  for (const [line, field, grade] of rows) {
    it(`${line}: ${grade ?? 'agrees'}`, () => {
      const { problems } = read({ 'SKILL.md': md, 'skill.yaml': `${line}\n` });
      const [found] = problems.filter(({ rule }) => rule === 'skill/disagree');
      expect(found?.grade).to.equal(grade);
      if (!found) return;
      expect(found.message).to.include(field);
      expect(`${found.file} ${found.message}`)
        .to.match(/SKILL\.md/)
        .and.match(/skill\.yaml/);
      expect(found.message).to.match(/:\d+:\d+/);
    });
  }

  it('capabilities and dependencies must agree', () => {
    const { problems } = read({
      'skill.toml': `${tomlHead}[capabilities]\nnetwork = ["a.example"]\n[dependencies]\n"core.shell" = "1"`,
      'skill.json': JSON.stringify({
        dependencies: { 'core-shell': '2' },
        security: { permissions: { network_access: true } },
      }),
    });
    expect(summaries(problems).filter((line) => line.includes('disagree'))).to.have.length(2);
  });

  it('a dotted id agrees with the name it stands for', () => {
    const toml = tomlHead.replace('id = "pdf"', 'id = "tool.pdf"');
    const { manifest, problems } = read(
      { 'skill.toml': toml, 'SKILL.md': skillMd('name: tool-pdf\ndescription: Reads PDF files') },
      'tool.pdf',
    );
    expect(problems).to.deep.equal([]);
    expect(manifest).to.include({ name: 'tool-pdf', id: 'tool.pdf', title: 'PDF' });
  });
});

describe('what a skill needs', () => {
  for (const field of ['dependencies', 'includes']) {
    it(`cannot be itself, under ${field}`, () => {
      const { problems } = yaml(`${field}:\n  pdf: "1"`);
      expect(summaries(problems)).to.deep.equal(['error dependencies/self skill.yaml:3:1']);
    });
  }

  it('may include others, as a map or a list', () => {
    const { manifest, problems } = yaml('includes:\n  - style: ^1.0\n  - tone\n');
    expect(problems).to.deep.equal([]);
    expect(manifest?.includes).to.deep.equal([
      { name: 'style', range: '^1.0' },
      { name: 'tone', range: '*' },
    ]);
  });
});

describe('the rules', () => {
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('rules.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
  for (const rule of Object.keys(rules)) {
    // the rules of single fields are put together from what is wrong: `field/${kind}`
    if (rule.startsWith('field/')) continue;
    it(`${rule} is raised somewhere`, () => expect(source).to.include(`'${rule}'`));
  }
});

describe('--profile spm', () => {
  it('demands SKILL.md, skill.yaml, docs/ and a version', () => {
    const { problems } = read({ 'skill.json': '{"name":"pdf","description":"x"}' }, 'pdf', { profile: 'spm' });
    expect(problems.map(({ rule }) => rule)).to.have.members([
      'spm/skill-md',
      'spm/skill-yaml',
      'spm/docs',
      'spm/version',
    ]);
  });
});

describe('requireSkill', () => {
  it('throws one error that lists all', () => {
    const files = filesInMemory('pdf', { 'SKILL.md': skillMd('name: pdf'), 'skill.yaml': 'version: x' });
    try {
      requireSkill(files);
      expect.fail('nothing was thrown');
    } catch (error) {
      if (!isSkillsError(error, 'ERR_SKILL_INVALID')) throw error;
      expect(error.message)
        .to.match(/2 errors/)
        .and.include('SKILL.md:2:1')
        .and.include('skill.yaml:1:1');
      expect(error.hint).to.be.a('string');
      expect(error.data?.problems).to.have.length(2);
    }
  });

  it('returns warnings with the manifest', () => {
    const { manifest, problems } = requireSkill(filesInMemory('docs', { 'SKILL.md': plainMd }));
    expect(manifest.name).to.equal('pdf');
    expect(problems).to.have.length(1);
  });
});
