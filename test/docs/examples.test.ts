import { expect } from 'chai';
import { firstDifference, readConsole, type ShownCommand } from './console.ts';
import { FollowedPage } from './followed-page.ts';
import type { Ended } from './walk.ts';

const pages: readonly FollowedPage[] = [
  { path: 'README.md', program: true },
  { path: 'docs/GETTING_STARTED.md', published: true },
  { path: 'docs/AUTHORING.md' },
  { path: 'docs/PUBLISHING_GUIDE.md' },
  { path: 'docs/EXAMPLES.md' },
  { path: 'docs/REGISTRIES.md', published: true },
  { path: 'docs/AIR_GAP.md', published: true },
].map((page) => new FollowedPage(page));

describe('the commands on the pages', function () {
  this.timeout(120_000); // for one of a whole page: each waits for those above it
  before(() => {
    for (const page of pages) page.start();
  });
  after(() => Promise.all(pages.map((page) => page.close())));

  for (const followed of pages) {
    const { page, commands } = followed;
    describe(page.path, () => {
      it('has commands', () => expect(commands.length).to.be.greaterThan(3));
      for (const [index, shown] of commands.entries()) {
        it(`line ${shown.line}: ${shown.command}`, async () => check(shown, await followed.ended(index)));
      }
      if (!page.program) return;
      it('the program in TypeScript runs', async () => {
        const { output, code } = await followed.program;
        expect(code, output).to.equal(0);
        expect(output).to.include('# Hello');
      });
    });
  }
});

function check({ output, exit, needs }: ShownCommand, ended: Ended | undefined): void {
  if (!ended) {
    process.stdout.write(`      (${needs} is not on this machine: not run)\n`);
    return;
  }
  expect(ended.code, ended.output).to.equal(exit);
  const difference = firstDifference(output, ended.output);
  if (difference !== undefined) expect.fail(`${difference}\n--- all that was printed:\n${ended.output}`);
}

describe('reading console blocks', () => {
  const page =
    'text\n```console\n$ a\none\n…\nthree\n$ b\n[exit 4]\n```\n```sh\n$ no\n```\n```console python3\n$ c\n```\n';

  it('finds commands, what they print, how they end, and what they need', () => {
    expect(readConsole(page)).to.deep.equal([
      { command: 'a', output: ['one', '…', 'three'], exit: 0, line: 3, needs: undefined },
      { command: 'b', output: [], exit: 4, line: 7, needs: undefined },
      { command: 'c', output: [], exit: 0, line: 14, needs: 'python3' },
    ]);
  });

  const cases: readonly [title: string, shown: string[], printed: string, fits: boolean][] = [
    ['the same', ['a', 'b'], 'a\nb\n', true],
    ['another line', ['a', 'x'], 'a\nb\n', false],
    ['a line more than shown', ['a'], 'a\nb\n', false],
    ['a line less than shown', ['a', 'b'], 'a\n', false],
    ['any lines between', ['a', '…', 'c'], 'a\nb\nb\nc\n', true],
    ['any lines at the end', ['a', '…'], 'a\nb\n', true],
    ['any text in a line', ['a … c.'], 'a (12 ms) c.\n', true],
    ['a dot is a dot', ['a.'], 'ab\n', false],
    ['wider columns', ['a  b'], 'a      b\n', true],
    ['nothing shown, something printed', [], 'a\n', false],
  ];
  for (const [title, shown, printed, fits] of cases) {
    it(`compares: ${title}`, () => expect(firstDifference(shown, printed) === undefined).to.equal(fits));
  }
});
