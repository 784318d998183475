import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { everyday, others } from '../../src/cli/help.ts';
import { outputSchemas } from '../../src/cli/output/schemas.ts';
import { describeCommandLine } from '../../tools/cli-reference.ts';
import { describeCommands } from '../../tools/manifest.ts';
import { writeSchemas } from '../../tools/output-schemas.ts';
import { root } from './support/run.ts';

interface Manifest {
  readonly version: string;
  readonly commands: Readonly<
    Record<
      string,
      {
        summary?: string;
        examples?: unknown[];
        aliases: string[];
        enableJsonFlag: boolean;
        flags: Record<string, { summary?: string; description?: string }>;
      }
    >
  >;
}

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const manifest = JSON.parse(read('oclif.manifest.json')) as Manifest;
const ids = Object.keys(manifest.commands);

describe('the contract of the command line (npm run generate writes it)', () => {
  it('oclif.manifest.json is what the commands say', async () => {
    expect(read('oclif.manifest.json')).to.equal(await describeCommands());
  });

  it('schemas/output is what src/cli/output says, file by file', () => {
    const schemas = writeSchemas();
    expect(readdirSync(join(root, 'schemas', 'output')).sort()).to.deep.equal([...schemas.keys()].sort());
    for (const [file, text] of schemas) expect(read('schemas', 'output', file), file).to.equal(text);
  });

  it('docs/CLI_REFERENCE.md is what the manifest says', () => {
    expect(read('docs', 'CLI_REFERENCE.md')).to.equal(describeCommandLine());
  });

  it('every command has a schema of its --json, and no schema is without a command', () => {
    expect(
      Object.keys(outputSchemas)
        .filter((name) => name !== 'error')
        .sort(),
    ).to.deep.equal([...ids].sort());
  });

  it('every command is in the help, once', () => {
    const named = [...everyday, ...Object.values(others).flat()].map((words) => words.replaceAll(' ', ':'));
    expect([...named].sort()).to.deep.equal([...ids].sort());
  });

  it('has the names and aliases that people expect', () => {
    const expected: Record<string, string[]> = {
      install: ['add', 'i'],
      uninstall: ['rm', 'remove'],
      list: ['ls'],
      search: ['find'],
    };
    for (const [id, aliases] of Object.entries(expected))
      expect(manifest.commands[id]?.aliases).to.include.members(aliases);
    const all = [...ids, ...Object.values(manifest.commands).flatMap(({ aliases }) => aliases)];
    expect(new Set(all).size, 'no name stands for two commands').to.equal(all.length);
  });

  it('has the version of the package', () => {
    expect(manifest.version).to.equal(JSON.parse(read('package.json')).version);
  });

  for (const id of ids) {
    it(`${id} has a summary, examples, --json, and a word on each flag`, () => {
      const command = manifest.commands[id];
      expect(command?.summary).to.match(/^[A-Z].*[^.]$/);
      expect(command?.examples).to.be.an('array').that.is.not.empty;
      expect(command?.enableJsonFlag).to.equal(true);
      for (const [name, flag] of Object.entries(command?.flags ?? {})) {
        expect(flag.summary ?? flag.description, `--${name}`).to.be.a('string').that.is.not.empty;
      }
    });
  }
});
