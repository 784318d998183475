import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { createIgnoreFilter } from '../../../src/pack/files/ignore.ts';
import { makeTemporary, removeTemporaries, writeFiles } from '../helpers/temporary.ts';

const patterns = [
  '*.log',
  '/top',
  'folder/',
  'a/b',
  'a/*',
  '**/deep',
  'x/**',
  'x/**/y',
  'f?o',
  '[a-c].md',
  '[!a-c].txt',
  '!keep.log',
  '\\#hash',
  '\\!bang',
  'trailing   ',
  '# comment',
  '',
  '*',
  'a**b',
  'd/e/',
  '/*/z',
  'dot.',
  'caf\u00e9',

  'a\\*b',
];
const paths = [
  'x.log',
  'keep.log',
  'd/x.log',
  'top',
  'd/top',
  'folder',
  'd/folder',
  'a/b',
  'd/a/b',
  'a/c',
  'deep',
  'q/w/deep',
  'x/a',
  'x/a/b',
  'x/y',
  'x/a/y',
  'x/a/b/y',
  'foo',
  'fo',
  'f/o',
  'a.md',
  'd.md',
  'a.txt',
  'd.txt',
  '#hash',
  '!bang',
  'trailing',
  'axxb',
  'a/xb',
  'd/e',
  'q/z',
  'q/w/z',
  'dot.',
  'dotx',
  'caf\u00e9',
  'b',
  'a*b',
  'aXb',
  'x',
];

describe('pack: .skillignore', () => {
  afterEach(removeTemporaries);

  it('reads patterns as git does', () => {
    const dir = makeTemporary();
    spawnSync('git', ['init', '-q'], { cwd: dir });
    for (const pattern of patterns) {
      const text = pattern.startsWith('!') ? `*.log\n${pattern}` : pattern;
      writeFiles(dir, { '.gitignore': `${text}\n` });
      const input = `${paths.join('\0')}\0`;
      const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], { cwd: dir, input });
      const expected = stdout.toString().split('\0').filter(Boolean);
      const ignored = createIgnoreFilter(text);
      expect(
        paths.filter((path) => isLeftOut(ignored, path)),
        `pattern ${pattern}`,
      ).to.deep.equal(expected);
    }
  });

  it('can take back a default', () => {
    expect(createIgnoreFilter()('node_modules', true)).to.equal(true);
    expect(createIgnoreFilter('!node_modules')('node_modules', true)).to.equal(false);
  });
});

/** As the walk asks: folders first. */
function isLeftOut(ignored: ReturnType<typeof createIgnoreFilter>, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => ignored(parts.slice(0, index + 1).join('/'), index < parts.length - 1));
}
