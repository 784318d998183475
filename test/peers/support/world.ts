import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { distribution, embedded, type RegistryKind, type RunningRegistry, zot } from './registries.ts';
import { run, skills } from './run.ts';

/** The registries that every client is tried through. */
export const throughAll: readonly RegistryKind[] = [zot, distribution, embedded];

export const skillName = 'peer-demo';
/** With spaces and letters beyond ASCII, so that what a peer does to names is seen. */
const files: Readonly<Record<string, string>> = {
  'SKILL.md': `---\nname: ${skillName}\ndescription: Shows that others read it. Use it in tests.\nlicense: MIT\nmetadata:\n  version: "1.0.0"\n---\n\n# ${skillName}\n`,
  'references/für alle.md': '# Für alle\n',
  'scripts/run.sh': '#!/bin/sh\necho demo\n',
};

/** A registry that runs over plain http, a folder, and a skill that our command line has pushed in both forms. */
export interface World {
  readonly room: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** The skill's folder. */
  readonly skill: string;
  /** `HOST/peers/peer-demo`: the artifact at `1.0.0`, the image at `image-1.0.0`. */
  readonly repository: string;
  /** A fresh path below the room. */
  path(name: string): string;
  /** A fresh repository for this skill. */
  fresh(): string;
  skills(...args: string[]): Promise<string>;
  /** With something on standard input. */
  skillsWith(input: string, ...args: string[]): Promise<string>;
}

/** Makes a world before the tests of a suite, and takes it away after them. */
export function useWorld(kind: RegistryKind): () => World {
  let room: string;
  let running: RunningRegistry;
  let world: World;
  before(async () => {
    room = mkdtempSync(join(tmpdir(), 'skills-peers-'));
    mkdirSync(join(room, 'registry'));
    running = await kind.start({ folder: join(room, 'registry') });
    world = makeWorld(room, running.host);
    await world.skills('push', world.skill, `${world.repository}:1.0.0`, '--dialect', 'agentskills,image');
  });
  after(async () => {
    await running?.[Symbol.asyncDispose]();
    rmSync(room, { recursive: true, force: true });
  });
  return () => world;
}

/** A skill in a folder, and a registry that is there already. */
export function makeWorld(room: string, host: string, more: Readonly<Record<string, string>> = {}): World {
  const skill = join(room, 'source', skillName);
  writeFiles(skill, files);
  chmodSync(join(skill, 'scripts/run.sh'), 0o755);
  let count = 0;
  const env = { SKILLS_HOME: join(room, 'home'), HOME: room, ...more };
  return {
    room,
    host,
    skill,
    repository: `${host}/peers/${skillName}`,
    path: (name) => join(room, `${name}-${++count}`),
    fresh: () => `${host}/fresh-${++count}/${skillName}`,
    skills: (...args) => skills(args, { cwd: room, env }),
    skillsWith: (input, ...args) => skills(args, { cwd: room, env, input }),
  };
}

export function writeFiles(folder: string, contents: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Holds a folder against the skill: names, bytes and, where the form keeps them, exec bits. */
export function expectSkill(folder: string, { execBits = true } = {}): void {
  expect(readTree(folder, execBits)).to.deep.equal(readTree(undefined, execBits));
}

/** Pulls a reference with our command line and holds it against the skill. */
export async function expectPulled(world: World, reference: string, options = {}): Promise<void> {
  const folder = world.path('pulled');
  await world.skills('pull', reference, '-o', folder);
  expectSkill(folder, options);
}

function readTree(folder: string | undefined, execBits: boolean): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const [path, content] of folder === undefined ? Object.entries(files) : walk(folder)) {
    const isExecutable =
      folder === undefined ? path.endsWith('.sh') : (statSync(join(folder, path)).mode & 0o100) !== 0;
    tree[path] = execBits ? `${isExecutable ? 'x' : '-'} ${content}` : content;
  }
  return Object.fromEntries(Object.entries(tree).sort());
}

function walk(folder: string): [string, string][] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return [relative(folder, file), readFileSync(file, 'utf8')];
  });
}

/** Packs the skill with the system's own tar: bare, or below a folder of its name. */
export async function packWithTar({ skill, path }: World, root: 'bare' | 'named'): Promise<string> {
  const file = `${path(root)}.tar.gz`;
  await run(
    'tar',
    root === 'bare' ? ['-czf', file, '-C', skill, '.'] : ['-czf', file, '-C', dirname(skill), skillName],
  );
  return file;
}

export async function unpackWithTar(world: World, file: string): Promise<string> {
  const folder = world.path('unpacked');
  mkdirSync(folder);
  await run('tar', ['-xf', file, '-C', folder]);
  return folder;
}

/** The digest that our command line prints for a reference. */
export async function digestOf(world: World, reference: string): Promise<string> {
  return (await world.skills('resolve', reference, '-q')).trim().replace(/^.*@/, '');
}

/** A folder from which an engine builds the skill as an image of several layers. */
export function writeSkillImage(world: World): string {
  const folder = world.path('build');
  cpSync(world.skill, join(folder, 'skill'), { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY skill/SKILL.md /\nCOPY skill/ /\n');
  return folder;
}
