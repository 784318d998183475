import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decodeText, SkillsError } from '../../core/index.ts';
import { bodyOf, readSkill, type SkillFiles, type SkillManifest } from '../../manifest/index.ts';
import { type DeclaredTool, declaredTools } from './tools.ts';
import { readTree } from './tree.ts';

/** An installed skill, ready to be used by an application. Its files are read when they are asked for. */
export interface Skill {
  readonly name: string;
  readonly version: string;
  readonly manifest: SkillManifest;
  /** Absolute folder of its files. */
  readonly root: string;
  /** Paths of its files, relative, `/`-separated, sorted. */
  readonly files: readonly string[];
  /** Tools that it declares for frameworks (`.skill/openai.json`, `.skill/anthropic.json`, …) and by its own type. */
  readonly tools: readonly DeclaredTool[];
  /** The body of SKILL.md, or of the file that the manifest names for it. */
  instructions(): Promise<string>;
  /** @throws SkillsError ERR_NOT_FOUND for a path that is none of `files`. */
  file(path: string): Promise<Uint8Array>;
  /** A file as UTF-8 text. @throws SkillsError ERR_NOT_FOUND, ERR_FILE_INVALID */
  text(path: string): Promise<string>;
}

/** What the one who installed it knows of a skill. */
export interface LoadFacts {
  /** Name by which it is installed; default the manifest's. */
  readonly name?: string;
  /** The version it was installed as: most manifests state none. */
  readonly version: string;
}

/**
 * Loads the skill in a folder.
 *
 * @throws SkillsError ERR_SKILL_INVALID with the first errors of the manifest; ERR_NOT_FOUND where the folder is gone.
 */
export function loadSkill(root: string, facts: LoadFacts): Skill {
  const tree = readTree(root);
  const files: SkillFiles = { folder: facts.name ?? basename(root), paths: tree.paths, read: tree.read };
  const { manifest, problems } = readSkill(files);
  const errors = problems.filter(({ grade }) => grade === 'error');
  if (!manifest) {
    throw new SkillsError(
      'ERR_SKILL_INVALID',
      `${root} cannot be loaded: ${errors
        .map(({ message }) => message)
        .slice(0, 3)
        .join('; ')}`,
      {
        hint: `run "skills validate ${root}"`,
      },
    );
  }
  const file = async (path: string): Promise<Uint8Array> => {
    if (!tree.paths.includes(path)) throw noSuchFile(manifest.name, path, tree.paths);
    return readFile(join(root, path));
  };
  const text = async (path: string): Promise<string> => decodeText(await file(path), path);
  return {
    name: manifest.name,
    version: facts.version,
    manifest,
    root,
    files: tree.paths,
    tools: declaredTools(files, manifest),
    instructions: async () => bodyOf(await text(manifest.instructionsFile)),
    file,
    text,
  };
}

function noSuchFile(name: string, path: string, paths: readonly string[]): SkillsError {
  const near = paths.filter((other) => basename(other) === basename(path));
  return new SkillsError('ERR_NOT_FOUND', `the skill ${name} has no file "${path}"`, {
    hint: near.length
      ? `it has ${near.join(', ')}`
      : `it has ${paths.slice(0, 8).join(', ')}${paths.length > 8 ? ', …' : ''}`,
  });
}
