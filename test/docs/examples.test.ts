import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { firstDifference, readConsole, type ShownCommand } from './console.ts';
import { readPage, root } from './pages.ts';
import { findProgram, Walk } from './walk.ts';

interface WalkedPage {
  readonly path: string;
  /** Whether the page says that the examples are published already. */
  readonly published?: boolean;
}

const pages: readonly WalkedPage[] = [
  { path: 'README.md' },
  { path: 'docs/GETTING_STARTED.md', published: true },
  { path: 'docs/AUTHORING.md' },
  { path: 'docs/PUBLISHING_GUIDE.md' },
  { path: 'docs/EXAMPLES.md' },
];

describe('the commands on the pages', () => {
  for (const { path, published } of pages) {
    describe(path, () => {
      const shown = readConsole(readPage(path).text);
      let walk: Walk;
      before(async function () {
        this.timeout(60_000);
        walk = await Walk.open();
        if (published) await walk.publishExamples();
      });
      after(() => walk[Symbol.asyncDispose]());

      it('has commands', () => expect(shown.length).to.be.greaterThan(3));
      for (const command of shown) it(`line ${command.line}: ${command.command}`, () => follow(walk, command));
      if (path === 'README.md') it('the program in TypeScript runs', () => runProgram(walk, readPage(path).text));
    });
  }
});

async function follow(walk: Walk, { command, output, exit, needs }: ShownCommand): Promise<void> {
  if (needs !== undefined && findProgram(needs) === undefined) {
    process.stdout.write(`      (${needs} is not on this machine: not run)\n`);
    return;
  }
  const ended = await walk.run(command);
  expect(ended.code, ended.output).to.equal(exit);
  const difference = firstDifference(output, ended.output);
  if (difference !== undefined) expect.fail(`${difference}\n--- all that was printed:\n${ended.output}`);
}

/** The page's first block of TypeScript, with the sources in place of the installed package. */
async function runProgram(walk: Walk, text: string): Promise<void> {
  const program = /^```ts\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '';
  const library = pathToFileURL(join(root, 'src', 'index.ts')).href;
  const { output, code } = await walk.runProgram(program.replace("'@skills/cli'", `'${library}'`));
  expect(code, output).to.equal(0);
  expect(output).to.include('# Hello');
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
