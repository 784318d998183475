import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describePeers, interop, programOf } from './support/peers.ts';
import type { RegistryKind } from './support/registries.ts';
import { run } from './support/run.ts';
import {
  digestOf,
  expectPulled,
  expectSkill,
  packWithTar,
  throughAll,
  unpackWithTar,
  useWorld,
} from './support/world.ts';

for (const kind of throughAll)
  describePeers(`crane through ${kind.name}`, [...kind.needs, 'crane'], () => describeCrane(kind));

function describeCrane(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  const crane = (...args: string[]) =>
    run(programOf('crane'), args, { cwd: world().room, env: { HOME: world().room } });

  interop({ what: 'artifact', writer: 'skills', reader: 'crane', through }, async () => {
    const reference = `${world().repository}:1.0.0`;
    const text = await crane('manifest', reference);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(digest).to.equal(await digestOf(world(), reference));
    expect((await crane('digest', reference)).trim()).to.equal(digest);
    const layout = world().path('layout');
    await crane('pull', '--format=oci', reference, layout);
    const [layer] = JSON.parse(text).layers;
    expect(existsSync(join(layout, 'blobs/sha256', layer.digest.replace('sha256:', '')))).to.equal(true);
    await expectPulled(world(), `oci-layout:${layout}@${digest}`);
  });

  interop({ what: 'image', writer: 'skills', reader: 'crane', through }, async () => {
    const file = world().path('exported.tar');
    await crane('export', '--platform=linux/arm64', `${world().repository}:image-1.0.0`, file);
    expectSkill(await unpackWithTar(world(), file));
    await crane('validate', '--remote', `${world().repository}:image-1.0.0`);
  });

  interop({ what: 'image', writer: 'crane', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await crane('append', '-f', await packWithTar(world(), 'bare'), '-t', reference);
    await expectPulled(world(), reference);
  });

  interop({ what: 'image of several layers', writer: 'crane', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    const layer = await packWithTar(world(), 'bare');
    await crane('append', '-f', layer, '-f', layer, '-t', reference);
    await expectPulled(world(), reference);
  });

  interop({ what: 'copy of both forms', writer: 'skills', reader: 'crane', through }, async () => {
    for (const tag of ['1.0.0', 'image-1.0.0']) {
      const [from, to] = [`${world().repository}:${tag}`, `${world().fresh()}:${tag}`];
      await crane('copy', from, to);
      expect(await digestOf(world(), to)).to.equal(await digestOf(world(), from));
      await expectPulled(world(), to);
    }
  });

  interop({ what: 'tags', writer: 'skills', reader: 'crane', through }, async () => {
    const tags = (await crane('ls', world().repository)).trim().split('\n');
    expect(tags).to.include.members(['1.0.0', 'image-1.0.0']);
  });

  interop({ what: 'tags', writer: 'crane', reader: 'skills', through }, async () => {
    await crane('tag', `${world().repository}:1.0.0`, 'by-crane');
    expect(await world().skills('tags', '--all', world().repository)).to.include('by-crane');
  });
}
