import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { isSkillsError } from '../../src/core/index.ts';
import {
  completeManifest,
  embedManifest,
  readEmbeddedManifest,
  readSkill,
  type SkillManifest,
  schemas,
} from '../../src/manifest/index.ts';
import { fixture } from './fixture-files.ts';

const fixtures = [
  'seed-000/data-analysis-expert',
  'seed-001/data-analysis-expert',
  'seed-003/advanced-skill',
  'seed-003/code-session',
  'seed-003/conversation',
  'seed-003/prompt-inline',
  'seed-003/configured',
  'seed-004/cloud.aws',
];

function manifestOf(path: string): SkillManifest {
  const { manifest } = readSkill(fixture(path));
  if (!manifest) throw new Error(path);
  return manifest;
}

describe('the manifest in an artifact', () => {
  for (const path of fixtures) {
    it(`${path} comes back as it was`, () => {
      const manifest = manifestOf(path);
      const embedded = JSON.parse(JSON.stringify(embedManifest(manifest)));
      expect(readEmbeddedManifest(embedded)).to.deep.equal(manifest);
      expect(schemas['skill-manifest'].safeParse(embedded).error).to.equal(undefined);
    });
  }

  it('leaves defaults out and sorts keys, so that it stays small and stable', () => {
    const manifest = completeManifest({ name: 'pdf', description: 'x', version: '1.0.0', sources: ['SKILL.md'] });
    expect(JSON.stringify(embedManifest(manifest))).to.equal(
      '{"description":"x","name":"pdf","sources":["SKILL.md"],"version":"1.0.0"}',
    );
  });

  for (const path of ['../x', '/etc/passwd', 'a/../../x', 'C:\\x', '..\\x', '\\x']) {
    it(`names no file outside of the skill: ${path}`, () => {
      for (const wrong of [
        { instructionsFile: path },
        { checksumFile: path },
        { executable: { module: path } },
        { recipes: { files: [path], defaultConfirmation: 'auto' } },
        { frameworks: [{ name: 'claude', instructionsFile: path }] },
      ]) {
        expect(() => readEmbeddedManifest({ name: 'pdf', description: 'x', ...wrong }))
          .to.throw(/must be a path inside the skill/)
          .with.property('code', 'ERR_ARTIFACT_INVALID');
      }
    });
  }

  it('passes over what newer versions write', () => {
    const manifest = readEmbeddedManifest({
      name: 'pdf',
      description: 'x',
      future: { a: 1 },
      capabilities: { gpu: true, net: ['a.example'] },
      execution: { type: 'telepathy' },
    });
    expect(manifest).to.deep.equal(
      completeManifest({
        name: 'pdf',
        description: 'x',
        capabilities: { ...completeManifest({ name: 'a', description: '' }).capabilities, net: ['a.example'] },
      }),
    );
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['nothing', undefined, 'package'],
    ['a list', [], 'package'],
    ['no name', { description: 'x' }, 'package.name'],
    ['a name that is none', { name: '../x', description: 'x' }, 'package.name'],
    ['no description', { name: 'a' }, 'package.description'],
    [
      'a dependency without range',
      { name: 'a', description: 'x', dependencies: [{ name: 'b' }] },
      'package.dependencies[0].range',
    ],
    ['tags that are no texts', { name: 'a', description: 'x', tags: [1] }, 'package.tags[0]'],
    ['capabilities that are a list', { name: 'a', description: 'x', capabilities: [] }, 'package.capabilities'],
    ['a net that is a word', { name: 'a', description: 'x', capabilities: { net: 'all' } }, 'package.capabilities.net'],
    ['null', { name: 'a', description: 'x', license: null }, 'package.license'],
    [
      'a command that is no text',
      { name: 'a', description: 'x', execution: { type: 'code_inline', command: 1 } },
      'package.execution.command',
    ],
  ];
  for (const [description, json, path] of refused) {
    it(`refuses ${description}`, () => {
      try {
        readEmbeddedManifest(json);
        expect.fail('nothing was thrown');
      } catch (error) {
        if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID')) throw error;
        expect(error.data?.path).to.equal(path);
        expect(schemas['skill-manifest'].safeParse(json).success).to.equal(false);
      }
    });
  }

  it('is read without a library for schemas', () => {
    const file = new URL('../../src/manifest/embedded/read-embedded.ts', import.meta.url).href;
    const hooks = `import { registerHooks } from 'node:module'; registerHooks({ resolve(s, c, n) { if (s === 'zod') console.log('zod'); return n(s, c); } }); await import(${JSON.stringify(file)});`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', hooks], { encoding: 'utf8' });
    expect({ stdout, status }).to.deep.equal({ stdout: '', status: 0 });
  });
});
