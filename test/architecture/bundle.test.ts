import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { root, skills } from '../cli/support/run.ts';
import { writeSkill } from '../manager/world.ts';

const require = createRequire(import.meta.url);

/**
 * The bundle differs from the sources that most tests run in one thing: a CommonJS package that is imported when it is
 * needed has a default export there, and no other.
 */
describe('packages that are imported when they are needed', () => {
  it('are asked for their default export where they are CommonJS', () => {
    const wrong = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const imports = text.matchAll(/const (\{[^}]*\}) = await import\('([a-z@][^']*)'\)/g);
      return [...imports]
        .filter(
          ([, names = '', id = '']) => !id.startsWith('node:') && isCommonJs(id) && !/^\{ default: \w+ \}$/.test(names),
        )
        .map(([, names, id]) => `${file}: ${names} of ${id}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('work in the bundle: zip files are read, and --verbose writes its lines', async () => {
    const room = mkdtempSync(join(tmpdir(), 'skills-bundle-'));
    try {
      const folder = writeSkill(join(room, 'pdf'), 'pdf');
      const home = join(room, 'home');
      const packed = await skills(['pack', folder, '--format', 'zip', '--output', room, '--home', home]);
      expect(packed.code, packed.stderr).to.equal(0);
      const read = await skills(['inspect', join(room, 'pdf-1.0.0.zip'), '--json', '--home', home]);
      expect(JSON.parse(read.stdout).name, read.stderr).to.equal('pdf');
      const told = await skills(['pull', join(room, 'pdf-1.0.0.zip'), '--verbose', '--home', home]);
      expect(told.code, told.stderr).to.equal(0);
      const lines = told.stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.map(({ msg }) => msg)).to.include('verified');
      expect(new Set(lines.map(({ correlationId }) => correlationId)).size).to.equal(1);
    } finally {
      rmSync(room, { recursive: true, force: true });
    }
  });
});

function isCommonJs(id: string): boolean {
  const name = id.startsWith('@') ? id.split('/').slice(0, 2).join('/') : (id.split('/')[0] ?? '');
  const folder = join(dirname(require.resolve('../../package.json')), 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return manifest.type !== 'module' && !JSON.stringify(manifest.exports ?? '').includes('"import"');
}
