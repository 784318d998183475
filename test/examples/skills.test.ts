import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { listCapabilities, readSkill, type SkillManifest } from '../../src/manifest/index.ts';
import { openFolder, pack, readArtifact } from '../../src/pack/index.ts';
import { loadSkill } from '../../src/runtime/index.ts';
import { examples, names } from './examples.ts';

const page = readFileSync(join(examples, '..', 'docs', 'EXAMPLES.md'), 'utf8');

describe('example skills', () => {
  for (const name of names) {
    describe(name, () => {
      const { manifest, problems } = readSkill(openFolder(join(examples, name)));

      it('has no problem at all', () => expect(problems).to.deep.equal([]));
      it('is called as its folder, and states version, licence and author or metadata', () => {
        expect(manifest?.name).to.equal(name);
        expect(manifest?.version).to.match(/^\d+\.\d+\.\d+$/);
        expect(manifest?.license).to.equal('Apache-2.0');
      });
      it('says what it does and when to use it, within what agentskills.io allows', () => {
        expect(manifest?.description).to.match(/\. Use it when /);
        expect(manifest?.description.length).to.be.lessThan(1024);
      });
      it('is explained in docs/EXAMPLES.md', () => expect(page).to.include(`| [${name}](../examples/${name}/`));
      it('packs to the same digest twice, and its artifact reads back', async () => {
        await using first = await packExample(name);
        await using second = await packExample(name);
        expect(first.descriptor.digest).to.equal(second.descriptor.digest);
        const artifact = await readArtifact(first.target, first.version);
        expect(artifact.manifest.description).to.equal(manifest?.description);
        expect(artifact.files).to.deep.equal(first.files);
      });
    });
  }

  it('show every format between them', () => {
    const sources = new Set(names.map((name) => read(name).sources.toSorted().join(' + ')));
    expect([...sources].toSorted()).to.deep.equal(['SKILL.md', 'SKILL.md + skill.yaml', 'skill.json', 'skill.toml']);
  });

  it('depend on each other, on versions that are here', () => {
    const needed = names.flatMap((name) => read(name).dependencies);
    expect(needed.map(({ name, range }) => `${name}: ${range}`)).to.deep.equal([
      'table-tools: ^1.0',
      'commit-message: ^1.0',
    ]);
    expect(names).to.include.members(needed.map(({ name }) => name));
  });

  it('have exec bits on exactly their scripts', () => {
    const executable = names.flatMap((name) =>
      openFolder(join(examples, name))
        .files.filter((file) => file.executable)
        .map(({ path }) => `${name}/${path}`),
    );
    expect(executable).to.deep.equal([
      'badge-maker/scripts/make-badge.mjs',
      'csv-report/scripts/weekly-report',
      'disk-usage/scripts/disk-usage.sh',
      'table-tools/scripts/peek',
      'table-tools/scripts/table',
    ]);
  });
});

describe('what the examples say of themselves', () => {
  it('disk-usage: a command with limits, permissions and a sandbox without network', () => {
    const { execution, limits, capabilities, aliases } = read('disk-usage');
    expect(execution).to.include({ type: 'code_inline', command: 'sh', timeoutSeconds: 60 });
    expect(limits).to.deep.equal({ maxMemoryMb: 64 });
    expect(capabilities).to.deep.include({ net: [], spawn: true, fs: { read: ['./**'], write: [] } });
    expect(capabilities.exec.commands).to.deep.equal(['sh', 'du', 'sort', 'awk']);
    expect(aliases).to.deep.equal(['du-top']);
  });

  it('changelog-prompt: a prompt whose placeholders all have a parameter', () => {
    const { execution } = read('changelog-prompt');
    if (execution?.type !== 'prompt_inline') throw new Error('it is no prompt');
    expect(execution.parameters.map(({ name }) => name)).to.deep.equal(['version', 'changes', 'audience', 'max_words']);
    for (const { name } of execution.parameters) expect(execution.prompt).to.include(`{${name}}`);
  });

  it('core-posix: a knowledge pack that asks for nothing', () => {
    const manifest = read('core-posix');
    expect(manifest).to.deep.include({
      id: 'core.posix',
      contents: { knowledge: true, recipes: false, executable: false },
    });
    expect(manifest.knowledge).to.include({ priority: 60, maxContextTokens: 1500 });
    expect(manifest.suggestions).to.have.property('disk-usage');
    expect(listCapabilities(manifest.capabilities)).to.deep.equal([]);
  });

  it('badge-maker: one tool, declared alike for two frameworks', () => {
    const folder = openFolder(join(examples, 'badge-maker'));
    const parse = (path: string) => JSON.parse(Buffer.from(folder.read(path) ?? []).toString());
    const [openai] = parse('.skill/openai.json');
    const [anthropic] = parse('.skill/anthropic.json').tools;
    expect(openai.function.parameters).to.deep.equal(anthropic.input_schema);
    const { tools } = loadSkill(folder.root, { version: '1.0.0' });
    expect(tools.map(({ name }) => name)).to.deep.equal(['make_badge']);
    expect(tools[0]?.inputSchema).to.deep.equal(anthropic.input_schema);
  });

  it('csv-report: tags, abilities and an alias', () => {
    expect(read('csv-report')).to.deep.include({
      tags: ['csv', 'report', 'data', 'weekly'],
      abilities: ['weekly-reporting', 'trend-summary'],
      aliases: ['weekly-report'],
    });
  });
});

function read(name: string): SkillManifest {
  const { manifest } = readSkill(openFolder(join(examples, name)));
  if (!manifest) throw new Error(`${name} cannot be read`);
  return manifest;
}

async function packExample(name: string) {
  return pack(openFolder(join(examples, name)), { version: read(name).version ?? '' });
}
