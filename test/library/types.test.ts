import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '..', '..');

const program = `import { SkillManager, SkillsError, type InstallReport, type Skill } from '@skills/cli';
import { serveIndex } from '@skills/cli/service';

const manager = new SkillManager({ registry: 'ghcr.io/acme/skills', registryUrl: 'https://skills.example.com' });
const report: InstallReport = await manager.installAll(['pdf']);
export const names: string[] = report.added.map((skill) => skill.name);
const skill: Skill = await manager.load('pdf');
export const text: string = await skill.instructions();
const [found] = await manager.search('pdf');
export const description: string | undefined = found?.description;
export const code: string = new SkillsError('ERR_USAGE', 'x').code;
export const server = serveIndex({ registries: [{ host: '127.0.0.1:5000' }] });
`;

const mistakes = [
  { title: 'an argument of another type', line: 'await manager.load(3);', error: 'TS2345' },
  { title: 'a property that is not there', line: 'report.nothing;', error: 'TS2339' },
  { title: 'an error code that does not exist', line: "new SkillsError('ERR_NOTHING', 'x');", error: 'TS2345' },
];

/** Checks a program in an empty project that has the built package and nothing else. Returns the compiler's output. */
async function check(text: string): Promise<string> {
  const room = mkdtempSync(join(tmpdir(), 'skills-types-'));
  try {
    const installed = join(room, 'node_modules', '@skills', 'cli');
    mkdirSync(installed, { recursive: true });
    for (const path of ['package.json', 'dist/index.d.ts', 'dist/service/index.d.ts'])
      cpSync(join(root, path), join(installed, path));
    const compilerOptions = { noEmit: true, strict: true, module: 'nodenext', target: 'es2022', types: [] };
    writeFileSync(join(room, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    writeFileSync(join(room, 'package.json'), '{"type":"module"}');
    writeFileSync(join(room, 'program.ts'), text);
    const { stdout } = await promisify(execFile)(join(root, 'node_modules', '.bin', 'tsc'), ['-p', '.'], {
      cwd: room,
    }).catch((error) => error);
    return stdout;
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

describe('the types of the library', function () {
  this.timeout(120_000);

  before(async () => {
    await promisify(execFile)(process.execPath, [join(root, 'tools', 'build.ts'), '--types', '--quiet']);
  });

  it('are whole: a program in an empty project type-checks, library checks on', async () => {
    expect(await check(program)).to.equal('');
  });

  it('are no wildcards: mistakes are found', async () => {
    const output = await check(`${program}${mistakes.map(({ line }) => line).join('\n')}\n`);
    const first = program.split('\n').length;
    const found = [...output.matchAll(/^program\.ts\((\d+),\d+\): error (TS\d+)/gm)].map(([, line, code]) => [
      Number(line),
      code,
    ]);
    expect(found).to.deep.equal(mistakes.map(({ error }, index) => [first + index, error]));
  });

  it('name no other package', () => {
    for (const file of ['dist/index.d.ts', 'dist/service/index.d.ts']) {
      expect(readFileSync(join(root, file), 'utf8')).not.to.match(/(?:from|import\()\s*['"](?!node:|\.)/);
    }
  });
});
