import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadSkill } from '../../src/runtime/index.ts';
import { expectError } from '../manager/expect-error.ts';

const skillMd = '---\nname: report\ndescription: Writes reports. Use it in tests.\n---\n\n# How to report\n';

describe('loadSkill', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-load-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string | Uint8Array>>): string {
    const root = join(room, 'report');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  }
  const load = (files: Readonly<Record<string, string | Uint8Array>>) => loadSkill(write(files), { version: '1.2.0' });

  it('gives name, the version it was installed as, files and instructions', async () => {
    const skill = load({ 'SKILL.md': skillMd, 'references/a b.md': 'text', 'assets/logo.bin': Buffer.from([0, 255]) });
    expect([skill.name, skill.version, skill.manifest.description]).to.deep.equal([
      'report',
      '1.2.0',
      'Writes reports. Use it in tests.',
    ]);
    expect(skill.files).to.deep.equal(['SKILL.md', 'assets/logo.bin', 'references/a b.md']);
    expect((await skill.instructions()).trim()).to.equal('# How to report');
    expect([...(await skill.file('assets/logo.bin'))]).to.deep.equal([0, 255]);
    expect(await skill.text('references/a b.md')).to.equal('text');
  });

  it('reads the instructions when they are asked for, from the file that the manifest names', async () => {
    const root = write({ 'SKILL.md': skillMd });
    const skill = loadSkill(root, { version: '1.0.0' });
    writeFileSync(join(root, 'SKILL.md'), `${skillMd}edited since\n`);
    expect(await skill.instructions()).to.contain('edited since');
  });

  it('is the same skill whether its folder is named with a slash at the end or not', () => {
    const root = write({ 'SKILL.md': skillMd });
    expect(loadSkill(`${root}/`, { version: '1.0.0' }).files).to.deep.equal(['SKILL.md']);
  });

  it('gives no file that is not its own', async () => {
    const secret = join(room, 'secret');
    writeFileSync(secret, 'secret');
    const root = write({ 'SKILL.md': skillMd });
    symlinkSync(secret, join(root, 'leak'));
    const skill = loadSkill(root, { version: '1.0.0' });
    for (const path of ['../secret', 'leak', '/etc/passwd', 'SKILL.md/../../secret']) {
      await expectError(skill.file(path), 'ERR_NOT_FOUND', /has no file/);
    }
    const near = await expectError(
      load({ 'SKILL.md': skillMd, 'docs/guide.md': '' }).file('guide.md'),
      'ERR_NOT_FOUND',
      /guide\.md/,
    );
    expect(near.hint).to.equal('it has docs/guide.md');
  });

  it('does not take bytes for text', async () => {
    const skill = load({ 'SKILL.md': skillMd, 'logo.png': Buffer.from([0x89, 0x50, 0xff, 0xfe]) });
    await expectError(skill.text('logo.png'), 'ERR_FILE_INVALID', /logo\.png/);
  });

  const declarations: Readonly<Record<string, unknown>> = {
    'openai functions': [
      { type: 'function', function: { name: 'draw', description: 'Draws', parameters: { type: 'object' } } },
    ],
    'openai responses': {
      tools: [{ type: 'function', name: 'draw', description: 'Draws', parameters: { type: 'object' } }],
    },
    anthropic: { tools: [{ name: 'draw', description: 'Draws', input_schema: { type: 'object' } }] },
    google: {
      tools: [{ functionDeclarations: [{ name: 'draw', description: 'Draws', parameters: { type: 'object' } }] }],
    },
    mcp: { tools: [{ name: 'draw', description: 'Draws', inputSchema: { type: 'object' } }] },
  };
  for (const [shape, declaration] of Object.entries(declarations)) {
    it(`reads the tools that it declares in the shape of ${shape}`, () => {
      const { tools } = load({ 'SKILL.md': skillMd, '.skill/tools.json': JSON.stringify(declaration) });
      expect(tools).to.deep.equal([
        { name: 'draw', description: 'Draws', inputSchema: { type: 'object' }, source: '.skill/tools.json' },
      ]);
    });
  }

  it('declares nothing with a broken adapter, and loads all the same', () => {
    expect(
      load({ 'SKILL.md': skillMd, '.skill/openai.json': '{ "tools": [', '.skill/x.json': '[1, null, "a", {}]' }).tools,
    ).to.deep.equal([]);
  });

  it('says what is wrong with a folder that is no skill, that is gone, or that is a file', async () => {
    const root = write({ 'README.md': 'nothing' });
    const invalid = await expectError(
      attempt(() => loadSkill(root, { version: '1.0.0' })),
      'ERR_SKILL_INVALID',
      /cannot be loaded/,
    );
    expect(invalid.hint).to.contain('skills validate');
    await expectError(
      attempt(() => loadSkill(join(room, 'gone'), { version: '1.0.0' })),
      'ERR_NOT_FOUND',
      /not there/,
    );
    await expectError(
      attempt(() => loadSkill(join(root, 'README.md'), { version: '1.0.0' })),
      'ERR_NOT_FOUND',
      /no folder/,
    );
  });
});

async function attempt(work: () => unknown): Promise<void> {
  work();
}
