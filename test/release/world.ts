import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Candidate, type Check, type PackageJson, Wrong } from '../../tools/release/check.ts';

/** A folder with files, removed with it. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'skills-release-test-'));

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const goodPackage: PackageJson = {
  name: '@skills/cli',
  version: '1.2.3',
  license: 'Apache-2.0',
  bin: { skills: 'bin/skills.js' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  engines: { node: '^22.22.2 || ^24.15.0 || >=26' },
  scripts: { test: 'x' },
};

/** Files that a good tarball has. */
const goodFiles: Readonly<Record<string, string>> = {
  'package.json': '{}',
  'README.md': '# x',
  LICENSE: 'Apache License',
  'CHANGELOG.md': '# x',
  'THIRD_PARTY_NOTICES.md': '# x',
  'oclif.manifest.json': '{"version":"1.2.3","commands":{"list":{},"registry:add":{}}}',
  'bin/skills.js': 'x',
  'dist/index.js': 'x',
  'dist/index.d.ts': 'x',
  'dist/index.js.map': '{"sources":["../src/index.ts"]}',
  'dist/cli/main.js': 'x',
  'dist/chunks/tar-A1B2.js': 'x',
  'dist/cli/commands/list.js': 'x',
  'dist/cli/commands/registry/add.js': 'x',
  'schemas/output/list.schema.json': '{}',
};

interface Parts {
  readonly root?: string;
  readonly packageJson?: Partial<PackageJson>;
  /** Changes to {@link goodFiles}; undefined takes one away. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly mayBeTagged?: boolean;
}

export function candidate({
  root = '/nowhere/at/all',
  packageJson = {},
  files = {},
  mayBeTagged = false,
}: Parts): Candidate {
  const all = Object.entries({ ...goodFiles, ...files }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, Buffer.from(text)] as const],
  );
  return {
    root,
    packageJson: { ...goodPackage, ...packageJson },
    tarball: { file: 'x.tgz', size: 1_234_567, files: new Map(all) },
    mayBeTagged,
  };
}

/** What a check finds wrong; empty where it holds. */
export async function faults(check: Check, of: Candidate): Promise<readonly string[]> {
  try {
    await check.run(of);
    return [];
  } catch (error) {
    if (error instanceof Wrong) return error.faults;
    throw error;
  }
}
