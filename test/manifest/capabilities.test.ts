import { expect } from 'chai';
import {
  asksForNothing,
  boundsOf,
  type Capabilities,
  type CapabilityBounds,
  completeManifest,
  listCapabilities,
  narrowCapabilities,
  narrowManifest,
  noCapabilities,
  readConfig,
} from '../../src/manifest/index.ts';
import { plainMd, read, readJsonSkill, readTomlSkill, summaries, tomlHead } from './support.ts';

const ask = (part: Partial<Capabilities>): Capabilities => ({ ...noCapabilities, ...part });
const fs = (read: string[], write: string[] = []) => ask({ fs: { read, write } });
const exec = (commands: string[] | 'any', blocked: string[] = []) => ask({ exec: { commands, blocked } });

interface Case {
  readonly description: string;
  readonly asked: Capabilities;
  readonly bounds: CapabilityBounds;
  readonly refused: readonly string[];
}

const cases: readonly Case[] = [
  { description: 'nothing asked', asked: noCapabilities, bounds: {}, refused: [] },
  { description: 'what is not bounded is free', asked: fs(['/etc']), bounds: {}, refused: [] },
  { description: 'a folder below', asked: fs(['./src/a']), bounds: { read: ['./src'] }, refused: [] },
  {
    description: 'the project covers its folders',
    asked: fs(['src', './data']),
    bounds: { read: ['./'] },
    refused: [],
  },
  { description: 'a folder beside', asked: fs(['./source']), bounds: { read: ['./src'] }, refused: ['read: ./source'] },
  { description: 'a way out', asked: fs(['./src/../..']), bounds: { read: ['./'] }, refused: ['read: ./src/../..'] },
  {
    description: 'home is not the project',
    asked: fs(['~/.aws']),
    bounds: { read: ['./'] },
    refused: ['read: ~/.aws'],
  },
  {
    description: 'a variable is not the project',
    asked: fs(['$HOME/x']),
    bounds: { read: ['.'] },
    refused: ['read: $HOME/x'],
  },
  {
    description: 'the root is not the project',
    asked: fs(['/tmp']),
    bounds: { read: ['tmp'] },
    refused: ['read: /tmp'],
  },
  { description: 'the root covers what is absolute', asked: fs(['/tmp/x']), bounds: { read: ['/'] }, refused: [] },
  {
    description: 'what may be written may be read',
    asked: fs(['/tmp']),
    bounds: { read: [], write: ['/tmp'] },
    refused: [],
  },
  {
    description: 'what may be read may not be written',
    asked: fs([], ['/tmp']),
    bounds: { read: ['/tmp'], write: [] },
    refused: ['write: /tmp'],
  },
  { description: 'a command', asked: exec(['aws', 'rm']), bounds: { commands: ['aws'] }, refused: ['exec: rm'] },
  {
    description: 'any command within some',
    asked: exec('any'),
    bounds: { commands: ['aws'] },
    refused: ['exec: any command'],
  },
  { description: 'some hosts of any', asked: ask({ net: ['a.example'] }), bounds: { net: 'any' }, refused: [] },
  {
    description: 'any host of some',
    asked: ask({ net: 'any' }),
    bounds: { net: ['a.example'] },
    refused: ['net: any host'],
  },
  {
    description: 'a subdomain',
    asked: ask({ net: ['a.b.example.com'] }),
    bounds: { net: ['*.example.com'] },
    refused: [],
  },
  {
    description: 'the domain is no subdomain',
    asked: ask({ net: ['example.com'] }),
    bounds: { net: ['*.example.com'] },
    refused: ['net: example.com'],
  },
  {
    description: 'a host that ends alike',
    asked: ask({ net: ['badexample.com'] }),
    bounds: { net: ['*.example.com'] },
    refused: ['net: badexample.com'],
  },
  {
    description: 'another port',
    asked: ask({ net: ['https://example.com:8443'] }),
    bounds: { net: ['example.com'] },
    refused: ['net: https://example.com:8443'],
  },
  {
    description: 'https at its port',
    asked: ask({ net: ['https://example.com'] }),
    bounds: { net: ['example.com'] },
    refused: [],
  },
  {
    description: 'a prefix of names',
    asked: ask({ env: ['AWS_KEY', 'HOME'] }),
    bounds: { env: ['AWS_*'] },
    refused: ['env: HOME'],
  },
  {
    description: 'secrets and spawn',
    asked: ask({ secrets: true, spawn: true }),
    bounds: { secrets: false, spawn: false },
    refused: ['secrets', 'spawn'],
  },
  {
    description: 'host functions',
    asked: ask({ wasm: ['http-get', 'log'] }),
    bounds: { wasm: ['log'] },
    refused: ['wasm: http-get'],
  },
];

describe('narrowing capabilities', () => {
  for (const { description, asked, bounds, refused } of cases) {
    it(description, () => {
      const result = narrowCapabilities(asked, bounds);
      expect(result.refused).to.deep.equal(refused);
      expect(narrowCapabilities(result.capabilities, bounds).refused, 'what is left fits').to.deep.equal([]);
    });
  }

  it('adds what is blocked', () => {
    const { capabilities } = narrowCapabilities(exec(['a'], ['rm']), { blocked: ['dd', 'rm'] });
    expect(capabilities.exec.blocked).to.deep.equal(['rm', 'dd']);
  });

  it('covers itself', () => {
    const all = ask({
      exec: { commands: ['a'], blocked: [] },
      fs: { read: ['./'], write: ['~/x'] },
      net: 'any',
      spawn: true,
    });
    expect(narrowCapabilities(all, boundsOf(all))).to.deep.equal({ capabilities: all, refused: [] });
    expect(listCapabilities(all)).to.deep.equal(['exec: a', 'read: ./', 'write: ~/x', 'net: any host', 'spawn']);
    expect([asksForNothing(all), asksForNothing(noCapabilities)]).to.deep.equal([false, true]);
  });
});

describe('the three spellings of permissions', () => {
  it('say the same', () => {
    const table = readTomlSkill(
      `${tomlHead}[capabilities]\nfilesystem_read = ["./"]\nfilesystem_write = ["./"]\nnetwork = []`,
    );
    const permissions = readJsonSkill({
      security: { permissions: { file_read: ['./'], file_write: ['./'], network_access: false } },
    });
    const sandbox = readJsonSkill({ sandbox: { allowed_paths: ['./'], allow_file_write: true, allow_network: false } });
    const expected = { ...noCapabilities, fs: { read: ['./'], write: ['./'] } };
    for (const { manifest } of [table, permissions, sandbox]) expect(manifest?.capabilities).to.deep.equal(expected);
  });

  const terminal: readonly (readonly [string, string[] | 'any'])[] = [
    ['{ allowed = true }', 'any'],
    ['{ allowed = true, commands = ["aws"] }', ['aws']],
    ['{ commands = ["aws"] }', ['aws']],
    ['{ allowed = false, commands = ["aws"] }', []],
    ['{ blocked = ["rm"] }', []],
  ];
  for (const [text, commands] of terminal) {
    it(`terminal_exec = ${text}`, () => {
      const { manifest } = readTomlSkill(`${tomlHead}[capabilities]\nterminal_exec = ${text}`);
      expect(manifest?.capabilities.exec.commands).to.deep.equal(commands);
    });
  }

  it('a map under capabilities asks, a list describes', () => {
    const asked = read({ 'SKILL.md': plainMd, 'skill.yaml': 'capabilities:\n  network: [a.example]\n' }).manifest;
    expect(asked?.capabilities.net).to.deep.equal(['a.example']);
    const described = read({ 'SKILL.md': plainMd, 'skill.yaml': 'capabilities: [network]\n' }).manifest;
    expect(described?.capabilities).to.deep.equal(noCapabilities);
    expect(described?.abilities).to.deep.equal(['network']);
  });
});

describe('config.json', () => {
  const config = (security: object) => JSON.stringify({ security });

  it('refuses what is wider', () => {
    const { manifest, problems } = read({
      'SKILL.md': plainMd,
      'skill.json': JSON.stringify({ security: { permissions: { file_write: ['/etc'], network_access: true } } }),
      'config.json': config({ default_permissions: { file_write: ['/tmp'], network_access: false } }),
    });
    expect(summaries(problems)).to.deep.equal([
      'error capabilities/wider config.json',
      'error capabilities/wider config.json',
    ]);
    expect(manifest?.capabilities).to.deep.equal(noCapabilities);
  });

  it('never widens what the skill asks for', () => {
    const { settings } = readConfig(config({ default_permissions: { network_access: true } }), 'config.json');
    const manifest = completeManifest({ name: 'pdf', description: 'x' });
    expect(narrowManifest(manifest, settings).manifest.capabilities).to.deep.equal(noCapabilities);
  });

  it('is left alone where it is about something else', () => {
    for (const text of ['{"theme":"dark"}', '[1]', 'not json', '{"security":"high"}']) {
      expect(read({ 'SKILL.md': plainMd, 'config.json': text }).problems, text).to.deep.equal([]);
    }
  });

  it('reports what is wrong in it, and never throws', () => {
    expect(summaries(readConfig('{', 'config.json').problems)).to.deep.equal(['error file/broken config.json']);
    expect(summaries(readConfig('{"security":{"sandbox_enabled":1}}', 'c.json').problems)).to.deep.equal([
      'error field/type c.json:1:14',
    ]);
  });

  it('takes the narrower of times and attempts', () => {
    const { settings } = readConfig(
      '{"resilience":{"timeout":10,"retry_attempts":1},"security":{"resource_limits":{"max_memory_mb":50}}}',
      'config.json',
    );
    const { manifest } = readJsonSkill({
      type: 'code_inline',
      command: 'ls',
      timeout: 5,
      resource_limits: { max_memory_mb: 100 },
      resilience: { retry_attempts: 4 },
    });
    if (!manifest) throw new Error('no manifest');
    const narrowed = narrowManifest(manifest, settings).manifest;
    expect(narrowed.execution).to.include({ timeoutSeconds: 5 });
    expect(narrowed.resilience?.maxAttempts).to.equal(2);
    expect(narrowed.limits.maxMemoryMb).to.equal(50);
  });
});
