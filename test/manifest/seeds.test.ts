import { expect } from 'chai';
import { checkChecksum, noCapabilities, readSkill, type SkillManifest } from '../../src/manifest/index.ts';
import { contentDigestWithout, fixture } from './fixture-files.ts';
import { summaries } from './support.ts';

function manifestOf(path: string): SkillManifest {
  const { manifest, problems } = readSkill(fixture(path));
  expect(problems.filter(({ grade }) => grade === 'error')).to.deep.equal([]);
  if (!manifest) throw new Error(`${path} has no manifest`);
  return manifest;
}

const clean = [
  'seed-000/data-analysis-expert',
  'seed-002/data-analysis-expert',
  'seed-003/advanced-skill',
  'seed-003/code-inline',
  'seed-003/code-session',
  'seed-003/conversation',
  'seed-003/prompt-inline',
  'seed-003/provider',
  'seed-003/configured',
  'seed-004/core.shell',
  'seed-004/core.posix',
  'seed-004/cloud.aws',
];

describe('the examples of the seeds', () => {
  for (const path of clean) {
    it(`${path} reads without a problem`, () => {
      expect(readSkill(fixture(path)).problems).to.deep.equal([]);
    });
  }

  it('seed 000: a list of one-key maps that names a host', () => {
    const manifest = manifestOf('seed-000/data-analysis-expert');
    expect(manifest).to.include({
      name: 'data-analysis-expert',
      version: '1.0.0',
      description: 'Expert system for data analysis and visualization',
      license: 'MIT',
      registry: 'https://skills.roundtable.dev',
    });
    expect(manifest.tags).to.deep.equal(['data-science', 'analytics', 'visualization']);
    expect(manifest.authors).to.deep.equal(['roundtable-community']);
    expect(manifest.hosts).to.deep.equal({ roundtable: '>=2.0.0' });
    expect(manifest.dependencies).to.deep.equal([]);
    expect(manifest.sources).to.deep.equal(['skill.yaml']);
  });

  describe('seed 001: SKILL.md and skill.yaml', () => {
    const files = fixture('seed-001/data-analysis-expert');
    const { problems } = readSkill(files);
    const manifest = manifestOf('seed-001/data-analysis-expert');

    it('has three warnings: two fields that agentskills.io refuses, and descriptions that differ', () => {
      expect(summaries(problems)).to.deep.equal([
        'warning skill-md/unexpected-field SKILL.md:4:1',
        'warning skill-md/unexpected-field SKILL.md:5:1',
        'warning skill/disagree skill.yaml:4:1',
      ]);
    });

    it("gives agents SKILL.md's description and the index skill.yaml's", () => {
      expect(manifest.description).to.equal('Expert system for data analysis and visualization');
      expect(manifest.summary).to.equal('Expert for data analysis and visualization tasks');
    });

    it('keeps words for search apart from permissions', () => {
      expect(manifest.abilities).to.deep.equal(['data-loading', 'analysis', 'visualization']);
      expect(manifest.capabilities).to.deep.equal(noCapabilities);
    });

    it('sorts what it needs into hosts and foreign packages', () => {
      expect(manifest.hosts).to.deep.equal({ roundtable: '>=1.0.0' });
      expect(manifest.foreign).to.deep.equal({ python: { pandas: '>=1.0.0' } });
      expect(manifest.dependencies).to.deep.equal([]);
    });

    it('reads frameworks and the intent to sign', () => {
      expect(manifest.frameworks).to.deep.equal([
        { name: 'anthropic-claude', compatibility: '>=2.0.0', instructionsFile: 'SKILL.md' },
        { name: 'openai', compatibility: '>=1.0.0', instructionsFile: '.skill/openai.json' },
        { name: 'roundtable', compatibility: '>=1.0.0' },
      ]);
      expect(manifest.signing).to.deep.equal({ algorithm: 'gpg', publicKeyId: '0x1234ABCD' });
    });

    it('has a checksum that is the contentDigest without skill.yaml', () => {
      expect(manifest.checksumFile).to.equal('skill.yaml');
      expect(checkChecksum(manifest, contentDigestWithout(files, manifest.checksumFile))).to.equal(undefined);
    });

    it('warns where the checksum is another', () => {
      const other = contentDigestWithout(files, undefined);
      const problem = checkChecksum(manifest, other);
      expect(problem).to.include({ grade: 'warning', rule: 'checksum/mismatch', file: 'skill.yaml' });
      expect(problem?.message).to.include(other);
    });
  });

  it('seed 002: satisfies its own profile', () => {
    expect(readSkill(fixture('seed-002/data-analysis-expert'), { profile: 'spm' }).problems).to.deep.equal([]);
  });

  it('seed 003: the complete configuration', () => {
    const manifest = manifestOf('seed-003/advanced-skill');
    expect(manifest).to.deep.include({
      name: 'advanced-skill',
      version: '1.0.0',
      scope: 'workspace',
      aliases: ['adv', 'advanced'],
      authors: ['user@example.com'],
      tags: ['python', 'data-processing'],
      metadata: { category: 'development', maturity: 'stable' },
      dependencies: [{ name: 'python-utils', range: '^1.0.0', optional: false, features: [] }],
      limits: { maxMemoryMb: 128 },
      execution: { type: 'code_inline', command: 'python3', args: ['script.py'], environment: {}, timeoutSeconds: 30 },
      resilience: { maxAttempts: 3, retryOn: [], fallbackCommand: "echo 'Fallback executed'" },
    });
    expect(manifest.capabilities).to.deep.equal({
      ...noCapabilities,
      exec: { commands: ['python3', 'echo'], blocked: [] },
      fs: { read: ['./src', './data'], write: ['./output'] },
    });
  });

  it('seed 003: code_inline with a sandbox', () => {
    const manifest = manifestOf('seed-003/code-inline');
    expect(manifest.execution).to.deep.include({ type: 'code_inline', args: ['hello'], timeoutSeconds: 30 });
    expect(manifest.limits).to.deep.equal({ maxMemoryMb: 100, maxCpuPercent: 50 });
    expect(manifest.capabilities.fs).to.deep.equal({ read: ['/tmp', './'], write: [] });
    expect(manifest.capabilities.net).to.deep.equal([]);
  });

  it('seed 003: code_session', () => {
    expect(manifestOf('seed-003/code-session').execution).to.deep.equal({
      type: 'code_session',
      command: 'python3',
      args: [],
      environment: { PYTHONPATH: './src' },
      session: { timeoutSeconds: 3600, maxSessions: 5, cleanupOnExit: true, statePersistence: true },
    });
  });

  it('seed 003: conversation', () => {
    expect(manifestOf('seed-003/conversation').execution).to.deep.equal({
      type: 'conversation',
      promptTemplate: 'Review this code: {code}',
      contextFiles: {
        patterns: ['*.rs', '*.py'],
        excludePatterns: ['target/', 'node_modules/'],
        maxFiles: 10,
        maxFileSizeKb: 100,
      },
      model: 'claude-3-sonnet',
      contextWindow: 100000,
    });
  });

  it('seed 003: prompt_inline', () => {
    expect(manifestOf('seed-003/prompt-inline').execution).to.deep.equal({
      type: 'prompt_inline',
      prompt: 'Generate {type} for {language}',
      outputFormat: 'markdown',
      parameters: [
        { name: 'type', type: 'enum', required: true, values: ['test', 'documentation', 'example'] },
        { name: 'language', type: 'string', required: true, values: [], pattern: '^[a-zA-Z]+$' },
      ],
    });
  });

  it('seed 003: dependencies and provides', () => {
    const manifest = manifestOf('seed-003/provider');
    expect(manifest.dependencies.map(({ name, range }) => [name, range])).to.deep.equal([
      ['git-utils', '^1.0.0'],
      ['file-processor', '>=2.1.0'],
    ]);
    expect(manifest.provides).to.deep.equal({ 'code-formatter': '1.2.0' });
  });

  it('seed 003: config.json bounds the skill beside it', () => {
    const manifest = manifestOf('seed-003/configured');
    expect(manifest.limits).to.deep.equal({ maxMemoryMb: 256, maxCpuPercent: 80, maxFileSizeMb: 10 });
    expect(manifest.execution).to.include({ timeoutSeconds: 300 });
    expect(manifest.resilience).to.deep.equal({
      maxAttempts: 3,
      backoffStrategy: 'exponential',
      retryOn: ['timeout', 'resource_limit', 'network_error'],
      circuitBreaker: { failureThreshold: 5, recoveryTimeout: 60 },
      healthCheck: { enabled: true, interval: 30 },
    });
    expect(manifest.performance).to.include({ resultCacheTtl: 300, maxConcurrentSkills: 5, parallelExecution: true });
    expect(manifest.development).to.include({ hotReload: true, mockServices: true });
    expect(manifest.observability?.tracing).to.deep.equal({ enabled: true, sampleRate: 0.1 });
    expect(manifest.sources).to.deep.equal(['SKILL.md', 'skill.json', 'config.json']);
  });

  it('seed 004: a skill.toml with everything in it', () => {
    const manifest = manifestOf('seed-004/cloud.aws');
    expect(manifest).to.deep.include({
      id: 'cloud.aws',
      name: 'cloud-aws',
      title: 'Amazon Web Services',
      hosts: { caro: '>=0.2.0' },
      contents: { knowledge: true, recipes: true, executable: true },
      knowledge: { topics: ['aws', 'eks', 's3'], priority: 70, maxContextTokens: 2000 },
      recipes: { files: ['recipes/*.yaml'], defaultConfirmation: 'prompt' },
      executable: { module: 'bin/skill.wasm', exports: ['discover-tools', 'parse-output'] },
      dependencies: [
        { name: 'core-shell', range: '>=0.1', optional: false, features: [] },
        { name: 'tool-kubectl', range: '^1.0', optional: true, features: ['contexts'] },
      ],
      suggestions: { 'tool.terraform': 'to create what this skill talks about' },
      features: {
        eks: { description: 'Kubernetes on AWS', default: true },
        gov: { description: 'GovCloud', default: false },
      },
      platform: {
        os: ['linux', 'macos'],
        arch: ['x86_64', 'aarch64'],
        requiredTools: ['aws'],
        optionalTools: ['eksctl', 'kubectl'],
      },
    });
    expect(manifest.capabilities).to.deep.equal({
      exec: { commands: ['aws', 'eksctl', 'kubectl'], blocked: ['rm', 'dd', 'mkfs'] },
      fs: { read: ['~/.aws', '~/.kube'], write: ['$CARO_CACHE'] },
      net: ['*.amazonaws.com', 'https://example.com:8443'],
      env: ['AWS_*', 'KUBECONFIG'],
      secrets: false,
      spawn: false,
      wasm: [],
    });
  });

  it('seed 004: a folder may be named by the dotted id', () => {
    const manifest = manifestOf('seed-004/core.posix');
    expect(manifest).to.include({ id: 'core.posix', name: 'core-posix' });
    expect(manifest.dependencies[0]).to.include({ name: 'core-shell', range: '>=0.1' });
  });
});
