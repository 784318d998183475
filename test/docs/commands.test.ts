import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Page, readPages, root } from './pages.ts';

interface Command {
  readonly aliases?: readonly string[];
  readonly flags?: Readonly<Record<string, { readonly char?: string }>>;
}

const manifest: { commands: Readonly<Record<string, Command>> } = JSON.parse(
  readFileSync(join(root, 'oclif.manifest.json'), 'utf8'),
);
const commands = byName();
/** Answered before the commands are looked at. */
const everywhere = ['--help', '--json', '--quiet', '-q', '--verbose', '--version', '-h'];

describe('commands that the pages name', () => {
  for (const page of readPages()) {
    it(`${page.path}: exist, with the flags that are shown`, () => expect(wrongIn(page)).to.deep.equal([]));
  }

  it('finds those that do not', () => {
    const text = '`skills frob x`\n```sh\nskills install pdf --nope && skills ls -g\n```\nskills talk and `skills`.\n';
    expect(wrongIn({ path: 'X.md', text })).to.deep.equal(['skills frob x', 'skills install pdf --nope: --nope']);
  });
});

describe('commands that hints name', () => {
  it('exist', () => {
    const folder = join(root, 'src');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const named = sources.flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [...text.matchAll(/["`]skills (?!are |help )([a-z]+)/g)].map(([, verb = '']) => verb);
    });
    expect(named.length).to.be.greaterThan(15);
    const verbs = new Set([...commands.keys()].map((command) => command.split(' ')[0] ?? ''));
    expect(named.filter((verb) => !verbs.has(verb))).to.deep.equal([]);
  });
});

function byName(): ReadonlyMap<string, Command> {
  const found = new Map<string, Command>();
  for (const [id, command] of Object.entries(manifest.commands)) {
    for (const name of [id, ...(command.aliases ?? [])]) found.set(name.replaceAll(':', ' '), command);
  }
  return found;
}

/** What is written as code and begins with `skills`: spans, and lines of blocks, up to a pipe or the next command. */
function wrongIn({ text }: Page): string[] {
  const spans = [...text.matchAll(/`(skills [^`\n]+)`/g)].map(([, code = '']) => code);
  const lines = [...text.matchAll(/^```(?:sh|console\S*.*)\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const inBlocks = lines.flatMap((line) => /(?:^|&& |[A-Z_]+=\S+ )(?:\$ )?(skills .*)/.exec(line)?.[1] ?? []);
  return [...spans, ...inBlocks].flatMap((code) => wrongCommand(code.split(/ (?:&&|[|&#>]|\()/)[0] ?? ''));
}

function wrongCommand(code: string): string[] {
  const words = (code.match(/"[^"]*"|\S+/g) ?? []).slice(1);
  const first = words[0] ?? '';
  if (first.startsWith('-') || first === '…' || first.startsWith('<') || /^[A-Z]+$/.test(first)) return [];
  const command = commands.get(`${first} ${words[1]}`) ?? commands.get(first);
  if (!command) return [code];
  const flags = Object.entries(command.flags ?? {}).flatMap(([name, { char }]) => [
    `--${name}`,
    ...(char ? [`-${char}`] : []),
  ]);
  const known = new Set([...flags, ...everywhere]);
  return words.filter((word) => /^--?[a-z]/.test(word) && !known.has(word)).map((word) => `${code}: ${word}`);
}
