import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { cleanEnv, npm, packOnce } from './support/packed.ts';

const root = resolve(import.meta.dirname, '..', '..');
const run = promisify(execFile);

const program = `import { isSkillsError, type InstalledSkill, type Skill, SkillManager } from '@skills/cli';
import { type IndexServer, serveIndex } from '@skills/cli/service';

interface Seen { installed: string[]; first: string; files: string[]; missing: string; found: string[] }

export async function main(home: string, project: string, skill: string, registries: string): Promise<Seen> {
  await using manager = new SkillManager({ cacheDir: home, project, registry: 'registry.example/team' });
  await manager.push(skill, \`oci-layout:\${registries}/greeting:1.0.0\`);
  const installed = await manager.install(\`oci-layout:\${registries}/greeting:1.0.0\`);
  const listed: readonly InstalledSkill[] = await manager.list();
  const loaded: Skill = await manager.load(installed.name);
  const text: string = await loaded.instructions();
  let missing = '';
  try {
    await manager.load('no-such-skill');
  } catch (error) {
    if (!isSkillsError(error)) throw error;
    missing = error.code;
  }
  const index: IndexServer = await serveIndex({ registries: [] });
  try {
    await using searcher = new SkillManager({ cacheDir: home, registryUrl: index.url });
    const found = (await searcher.search('greeting')).map(({ name }) => name);
    return { installed: listed.map(({ name, version }) => \`\${name}@\${version}\`), first: text.trim(), files: [...loaded.files], missing, found };
  } finally {
    await index.close();
  }
}
`;

const compilerOptions = {
  noEmit: true,
  strict: true,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  skipLibCheck: false,
  types: [],
};

describe('the packed tarball as a library, in an empty project', function () {
  this.timeout(180_000);
  const room = mkdtempSync(join(tmpdir(), 'skills-library-'));
  const project = join(room, 'project');
  const home = join(room, 'home');

  before(async () => {
    const skill = join(room, 'greeting');
    for (const folder of [project, home, skill]) mkdirSync(folder);
    writeFileSync(
      join(skill, 'SKILL.md'),
      '---\nname: greeting\ndescription: Greets people. Use it when somebody arrives.\n---\nSay hello.\n',
    );
    writeFileSync(join(project, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    writeFileSync(join(project, 'program.ts'), program);
    await npm(project, home, ['install', await packOnce()]);
  });
  after(() => rmSync(room, { recursive: true, force: true }));

  async function runNode(code: string): Promise<string> {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: project,
      env: cleanEnv(home),
    });
    return stdout;
  }

  it('is the only package there', () => {
    const modules = join(project, 'node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).to.deep.equal(['@skills']);
    expect(readdirSync(join(modules, '@skills'))).to.deep.equal(['cli']);
  });

  it('type-checks: strict, nodenext, its declarations checked too, and no other types about', async () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', '.'], { cwd: project }).catch((error) => error);
    expect(stdout).to.equal('');
  });

  it('runs: pushes, installs, lists, loads, and searches an index of its own', async () => {
    const words = ['home', 'project', 'greeting', 'registries'].map((name) => join(room, name));
    const stdout = await runNode(
      `import { main } from './program.ts'; console.log(JSON.stringify(await main(...${JSON.stringify(words)})));`,
    );
    expect(JSON.parse(stdout)).to.deep.equal({
      installed: ['greeting@1.0.0'],
      first: 'Say hello.',
      files: ['SKILL.md'],
      missing: 'ERR_NOT_INSTALLED',
      found: [],
    });
  });

  it('can be required by CommonJS', async () => {
    const code = "const { SkillManager } = require('@skills/cli'); console.log(typeof SkillManager.prototype.install);";
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '--eval', code], {
      cwd: project,
      env: cleanEnv(home),
    });
    expect(stdout).to.equal('function\n');
  });

  it('offers these entry points and no files inside', async () => {
    const stdout =
      await runNode(`for (const entry of ['', '/service', '/package.json', '/dist/index.js', '/dist/cli/main.js']) {
      const options = entry.endsWith('.json') ? { with: { type: 'json' } } : {};
      console.log(entry, await import('@skills/cli' + entry, options).then(() => 'imports', (error) => error.code));
    }`);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).to.deep.equal([
      'imports',
      '/service imports',
      '/package.json imports',
      '/dist/index.js ERR_PACKAGE_PATH_NOT_EXPORTED',
      '/dist/cli/main.js ERR_PACKAGE_PATH_NOT_EXPORTED',
    ]);
  });
});
