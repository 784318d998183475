import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fetchBytes, mediaTypes, parseManifest } from '../../src/core/index.ts';
import { SkillManager } from '../../src/manager/index.ts';
import { RemoteRegistry } from '../../src/oci/index.ts';

/** Pushes skills as version 1.0.0; gives the digest of each one's layer. */
export async function publishAll(host: string, prefix: string, folders: readonly string[]): Promise<readonly string[]> {
  await using manager = new SkillManager({});
  await using registry = new RemoteRegistry(host, {});
  const layers: string[] = [];
  for (const folder of folders) {
    const name = basename(folder);
    await manager.push(folder, `${host}/${prefix}/${name}:1.0.0`);
    const target = registry.repository(`${prefix}/${name}`);
    const {
      layers: [layer],
    } = parseManifest(await fetchBytes(target, await target.resolve('1.0.0')));
    layers.push(layer?.digest ?? '');
  }
  return layers;
}

/** A project that declares and pins these skills, and the requests that its install makes, for the floor. */
export async function requestsOf(host: string, prefix: string, folders: readonly string[], room: string) {
  const project = join(room, 'pinning');
  mkdirSync(project, { recursive: true });
  const home = join(room, 'pinning-home');
  await using manager = new SkillManager({ project, cacheDir: home });
  await manager.installAll(folders.map((folder) => `${host}/${prefix}/${basename(folder)}:1.0.0`));
  rmSync(home, { recursive: true, force: true });
  const lock = readFileSync(join(project, 'skills.lock.json'), 'utf8');
  const declared = readFileSync(join(project, 'skills.json'), 'utf8');
  await using registry = new RemoteRegistry(host, {});
  const requests: [string, string][] = [];
  for (const folder of folders) {
    const name = `${prefix}/${basename(folder)}`;
    const target = registry.repository(name);
    const descriptor = await target.resolve('1.0.0');
    const manifest = parseManifest(await fetchBytes(target, descriptor));
    requests.push([`/v2/${name}/manifests/${descriptor.digest}`, mediaTypes.imageManifest]);
    for (const { digest } of [manifest.config, ...manifest.layers])
      requests.push([`/v2/${name}/blobs/${digest}`, '*/*']);
  }
  const list = join(room, 'requests.json');
  writeFileSync(list, JSON.stringify(requests));
  return { lock, declared, list };
}
