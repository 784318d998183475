import { expect } from 'chai';
import { describePeers, interop, programOf } from './support/peers.ts';
import type { RegistryKind } from './support/registries.ts';
import { run } from './support/run.ts';
import { digestOf, expectPulled, throughAll, useWorld } from './support/world.ts';

for (const kind of throughAll)
  describePeers(`skopeo through ${kind.name}`, [...kind.needs, 'skopeo'], () => describeSkopeo(kind));

function describeSkopeo(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  const skopeo = (command: string, ...args: string[]) =>
    run(programOf('skopeo'), ['--insecure-policy', command, ...args], {
      cwd: world().room,
      env: { HOME: world().room },
    });
  const copy = (from: string, to: string) =>
    skopeo('copy', '--all', '--preserve-digests', '--src-tls-verify=false', '--dest-tls-verify=false', from, to);

  for (const [what, tag] of [
    ['artifact', '1.0.0'],
    ['image', 'image-1.0.0'],
  ] as const) {
    interop({ what, writer: 'skills', reader: 'skopeo', through }, async () => {
      const reference = `${world().repository}:${tag}`;
      const layout = world().path('layout');
      await copy(`docker://${reference}`, `oci:${layout}:1.0.0`);
      expect(await digestOf(world(), `oci-layout:${layout}:1.0.0`)).to.equal(await digestOf(world(), reference));
      await expectPulled(world(), `oci-layout:${layout}:1.0.0`);
    });

    interop(
      {
        what: `layout of ${what === 'image' ? 'an image' : 'an artifact'}`,
        writer: 'skills',
        reader: 'skopeo',
        through,
      },
      async () => {
        const layout = world().path('layout');
        const to = `${world().fresh()}:${tag}`;
        await world().skills('push', world().skill, `oci-layout:${layout}:1.0.0`, '--dialect', 'agentskills,image');
        await copy(`oci:${layout}:${tag}`, `docker://${to}`);
        expect(await digestOf(world(), to)).to.equal(await digestOf(world(), `${world().repository}:${tag}`));
        await expectPulled(world(), to);
      },
    );

    interop(
      { what: `copy of ${what === 'image' ? 'an image' : 'an artifact'}`, writer: 'skills', reader: 'skopeo', through },
      async () => {
        const [from, to] = [`${world().repository}:${tag}`, `${world().fresh()}:${tag}`];
        await copy(`docker://${from}`, `docker://${to}`);
        expect(await digestOf(world(), to)).to.equal(await digestOf(world(), from));
        await expectPulled(world(), to);
      },
    );
  }

  interop({ what: 'tags', writer: 'skills', reader: 'skopeo', through }, async () => {
    const { Tags: tags } = JSON.parse(
      await skopeo('list-tags', '--tls-verify=false', `docker://${world().repository}`),
    );
    expect(tags).to.include.members(['1.0.0', 'image-1.0.0']);
  });
}
