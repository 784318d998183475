import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One run of a helper, as it wrote it down itself. */
export interface HelperRun {
  readonly verb: string;
  readonly words: readonly string[];
  readonly input: string;
}

/** A credential helper that works: a program of its own, which keeps what it is given in a file. */
export interface RealHelper {
  readonly name: string;
  /** To be put before the PATH. */
  readonly folder: string;
  /** What it was asked so far. */
  readonly runs: () => readonly HelperRun[];
  /** What it holds, by server. */
  readonly held: () => Readonly<Record<string, { Username: string; Secret: string }>>;
}

/** docker's protocol, as docker-credential-helpers' own programs speak it. */
const program = `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const [file, log] = [import.meta.filename + '.held', import.meta.filename + '.log'];
const words = process.argv.slice(2);
const input = readFileSync(0, 'utf8');
appendFileSync(log, JSON.stringify({ verb: words[0], words, input }) + '\\n');
const held = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const save = () => writeFileSync(file, JSON.stringify(held));
const fail = (text) => {
  process.stdout.write(text + '\\n');
  process.exit(1);
};
if (words[0] === 'get') {
  const found = held[input.trim()];
  if (!found) fail('credentials not found in native keychain');
  process.stdout.write(JSON.stringify({ ServerURL: input.trim(), ...found }));
} else if (words[0] === 'store') {
  const { ServerURL, Username, Secret } = JSON.parse(input);
  held[ServerURL] = { Username, Secret };
  save();
} else if (words[0] === 'erase') {
  if (!held[input.trim()]) fail('credentials not found in native keychain');
  delete held[input.trim()];
  save();
} else if (words[0] === 'list') {
  process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(held).map(([k, v]) => [k, v.Username]))));
} else fail('unknown verb');
`;

/** Writes a helper that works into `folder`. */
export function writeHelper(folder: string, name: string): RealHelper {
  const file = writeProgram(folder, name, `#!${process.execPath}\n${program}`, '.mjs');
  const read = (ending: string): string => {
    try {
      return readFileSync(`${file}${ending}`, 'utf8');
    } catch {
      return '';
    }
  };
  return {
    name,
    folder,
    runs: () =>
      read('.log')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    held: () => JSON.parse(read('.held') || '{}'),
  };
}

/** Writes a helper that does what these lines of a shell say. */
export function writeBadHelper(folder: string, name: string, ...lines: readonly string[]): void {
  writeProgram(folder, name, ['#!/bin/sh', ...lines, ''].join('\n'));
}

/** A program without an ending cannot say that it is a module: it loads one that can. */
function writeProgram(folder: string, name: string, text: string, ending = ''): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `docker-credential-${name}`);
  if (ending === '') {
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  }
  writeFileSync(file + ending, text, { mode: 0o644 });
  const [first = ''] = text.split('\n');
  const target = JSON.stringify(file + ending);
  writeFileSync(file, `${first}\nimport(${target});\n`, { mode: 0o755 });
  return file + ending;
}
