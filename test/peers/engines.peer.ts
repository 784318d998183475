import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describePeers, interop, programOf } from './support/peers.ts';
import { distribution, embedded, type RegistryKind, zot } from './support/registries.ts';
import { run } from './support/run.ts';
import { expectPulled, expectSkill, packWithTar, useWorld, writeSkillImage } from './support/world.ts';

for (const kind of [zot, distribution, embedded]) {
  describePeers(`podman through ${kind.name}`, [...kind.needs, 'podman'], () => describePodman(kind));
  describePeers(`a Docker engine through ${kind.name}`, [...kind.needs, 'dockerd'], () => describeDocker(kind));
}

function describePodman(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  /** Storage of its own, so that the machine's is left alone. */
  const podman = (...args: string[]) => {
    const room = join(world().room, 'podman');
    mkdirSync(room, { recursive: true });
    const storage = ['--root', join(room, 'root'), '--runroot', join(room, 'run'), '--storage-driver', 'vfs'];
    return run(programOf('podman'), [...storage, ...args], { cwd: room, env: { HOME: room } });
  };

  interop({ what: 'image', writer: 'skills', reader: 'podman', through }, async () => {
    const reference = `${world().repository}:image-1.0.0`;
    await podman('pull', '--quiet', '--tls-verify=false', reference);
    const mounted = (await podman('image', 'mount', reference)).trim();
    expectSkill(mounted);
    await podman('image', 'unmount', reference);
    const [image] = JSON.parse(await podman('image', 'inspect', reference));
    expect(image.Config.Labels).to.include({ 'dev.toolhive.skills.name': 'peer-demo' });
  });

  interop({ what: 'image', writer: 'podman', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await podman('import', '--quiet', await packWithTar(world(), 'bare'), reference);
    await podman('push', '--quiet', '--tls-verify=false', reference);
    await expectPulled(world(), reference);
  });
}

function describeDocker(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  /** The client lies beside the engine, wherever that came from. */
  const docker = (...args: string[]) => run('docker', args, { cwd: world().room });

  interop({ what: 'image', writer: 'skills', reader: 'Docker engine (containerd)', through }, async () => {
    const reference = `${world().repository}:image-1.0.0`;
    await docker('pull', '--quiet', reference);
    const container = (await docker('create', reference, 'nothing')).trim();
    const folder = world().path('exported');
    await docker('cp', `${container}:/`, folder);
    for (const made of ['.dockerenv', 'dev', 'etc', 'proc', 'sys'])
      rmSync(join(folder, made), { recursive: true, force: true });
    await docker('rm', container);
    await docker('rmi', reference);
    expectSkill(folder);
  });

  interop({ what: 'image', writer: 'Docker engine (containerd)', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await docker('build', '--quiet', '-t', reference, writeSkillImage(world()));
    await docker('push', '--quiet', reference);
    await docker('rmi', reference);
    await expectPulled(world(), reference);
  });
}
