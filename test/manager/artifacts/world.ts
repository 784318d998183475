import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediaTypes, type Target } from '../../../src/core/index.ts';
import { type Artifacts, SkillManager } from '../../../src/manager/index.ts';
import { openLayoutAt, RemoteRegistry } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { artifact, manifest, type Piece, piece, store } from '../../oci/support/artifact.ts';

/** One place that holds artifacts, and the manager's verbs for it. */
export interface Place extends AsyncDisposable {
  /** What stands before a tag: `127.0.0.1:5000/team/pdf`, `oci-layout:/tmp/x`. */
  readonly reference: string;
  readonly target: Target;
  readonly artifacts: Artifacts;
  /** A folder for files; the manager's `cwd`. */
  readonly room: string;
  file(name: string, text: string): string;
}

/** The two kinds of place that every verb must work in. */
export const places: readonly (readonly [title: string, open: () => Promise<Place>])[] = [
  ['a registry', () => openRegistryPlace()],
  ['a layout folder', () => openLayoutPlace('layout')],
  ['a layout in a tar', () => openLayoutPlace('layout.tar')],
];

export async function openRegistryPlace(): Promise<Place> {
  const room = makeRoom();
  const server = await serveRegistry({ dir: join(room, 'registry') });
  const registry = new RemoteRegistry(server.host);
  const target = registry.repository('team/pdf');
  return place(room, `${server.host}/team/pdf`, target, async () => {
    await registry[Symbol.asyncDispose]();
    await server.close();
  });
}

async function openLayoutPlace(name: string): Promise<Place> {
  const room = makeRoom();
  const path = join(room, name);
  return place(room, `oci-layout:${path}`, openLayoutAt(path), async () => {});
}

function makeRoom(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'skills-artifacts-')));
}

function place(room: string, reference: string, target: Target, close: () => Promise<void>): Place {
  const manager = makeManager(room);
  return {
    room,
    reference,
    target,
    artifacts: manager.artifacts,
    file: (name, text) => {
      writeFileSync(join(room, name), text);
      return name;
    },
    [Symbol.asyncDispose]: async () => {
      await manager[Symbol.asyncDispose]();
      await close();
      rmSync(room, { recursive: true, force: true });
    },
  };
}

/** A manager without anything of this machine. */
export function makeManager(room: string): SkillManager {
  const env = { PATH: process.env.PATH, HOME: join(room, 'user') };
  return new SkillManager({ cacheDir: join(room, 'home'), cwd: room, env });
}

/** Puts an artifact with this content under these tags and gives its manifest. */
export async function put(target: Target, content: string, ...tags: readonly string[]): Promise<Piece> {
  const { config, layer, root } = artifact(content);
  await store(target, config, layer, root);
  for (const tag of tags) await target.tag(root.descriptor, tag);
  return root;
}

export const empty = piece(mediaTypes.emptyConfig, '{}');

/** Puts an artifact that refers to another one. */
export async function putReferrer(
  target: Target,
  subject: Piece,
  artifactType: string,
  content = artifactType,
  annotations: Readonly<Record<string, string>> = {},
): Promise<Piece> {
  const layer = piece('application/octet-stream', content);
  const root = manifest(empty.descriptor, [layer.descriptor], {
    artifactType,
    subject: subject.descriptor,
    annotations,
  });
  await store(target, empty, layer, root);
  return root;
}
