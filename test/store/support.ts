import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type ErrorCode, type SkillsError, toSkillsError } from '../../src/core/index.ts';
import { hashTree, type UnpackedTree } from '../../src/pack/index.ts';
import type { Store, StoredTree } from '../../src/store/index.ts';

/** Path → content; a content that begins with `#!` makes the file executable. */
export type Files = Readonly<Record<string, string>>;

export function skillFiles(name: string, version: string): Files {
  return {
    'SKILL.md': `---\nname: ${name}\ndescription: ${name} in version ${version}\n---\n# ${name} ${version}\n`,
    'scripts/run.sh': `#!/bin/sh\necho ${name} ${version}\n`,
    'docs/deep/er/notes.md': `${version} ${name} `.repeat(50),
    'data.bin': `\u0000\u0001${version}`,
  };
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (content.startsWith('#!')) chmodSync(file, 0o755);
  }
}

/** What `unpackArtifact` does, without the archive. */
export function unpacking(files: Files): (staging: string) => Promise<UnpackedTree> {
  return async (staging) => {
    expect(statSync(staging, { throwIfNoEntry: false }), 'the staging folder must not exist').equal(undefined);
    writeFiles(staging, files);
    return hashTree(staging);
  };
}

export async function addSkill(store: Store, name: string, version = '1.0.0', files?: Files): Promise<StoredTree> {
  return store.addTree({ name, version }, unpacking(files ?? skillFiles(name, version)));
}

/** Every file under a folder with its content, for comparisons. */
export function readFiles(root: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (statSync(join(root, path)).isFile()) files[path] = readFileSync(join(root, path), 'utf8');
  }
  return files;
}

export async function expectError(
  work: Promise<unknown> | (() => unknown),
  code: ErrorCode,
  reason: RegExp,
): Promise<SkillsError> {
  const running = typeof work === 'function' ? (async () => work())() : work;
  const error = await running.then(
    () => expect.fail(`expected ${code}, and nothing was thrown`),
    (thrown: unknown) => toSkillsError(thrown),
  );
  expect(error.code, error.message).equal(code);
  expect(error.message).match(reason);
  return error;
}

/** A folder for each test, made when it is first asked for, and removed after the test. */
export function useTempDir(): () => string {
  let dir: string | undefined;
  afterEach(() => {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    dir = undefined;
  });
  return () => {
    dir ??= mkdtempSync(join(tmpdir(), 'skills-store-'));
    return dir;
  };
}

/** What a change leaves behind by mistake: staging folders and temporary files. */
export function leftovers(...roots: string[]): string[] {
  return roots
    .filter((root) => statSync(root, { throwIfNoEntry: false }))
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /(^|\/)\.skills-|\.tmp$/.test(path)),
    );
}
