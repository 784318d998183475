import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { describePeers, interop, programOf } from './support/peers.ts';
import type { RegistryKind } from './support/registries.ts';
import { run } from './support/run.ts';
import {
  digestOf,
  expectPulled,
  expectSkill,
  packWithTar,
  skillName,
  throughAll,
  unpackWithTar,
  useWorld,
  type World,
} from './support/world.ts';

const artifactType = 'application/vnd.agentskills.skill.v1';
const layerType = 'application/vnd.agentskills.skill.content.v1.tar+gzip';
const sbomType = 'application/spdx+json';

for (const kind of throughAll)
  describePeers(`oras through ${kind.name}`, [...kind.needs, 'oras'], () => describeOras(kind));

function describeOras(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  const oras = (command: string, ...args: string[]) =>
    run(programOf('oras'), [command, ...args], { cwd: world().room, env: { HOME: world().room } });

  interop({ what: 'artifact', writer: 'skills', reader: 'oras', through }, async () => {
    const folder = world().path('oras');
    await oras('pull', '--plain-http', '-o', folder, `${world().repository}:1.0.0`);
    expect(readdirSync(folder)).to.deep.equal([`${skillName}.tar.gz`]);
    const unpacked = await unpackWithTar(world(), join(folder, `${skillName}.tar.gz`));
    expectSkill(join(unpacked, skillName));
  });

  interop({ what: 'image', writer: 'skills', reader: 'oras', through }, async () => {
    const reference = `${world().repository}:image-1.0.0`;
    const { content } = JSON.parse(
      await oras('manifest', 'fetch', '--plain-http', '--format', 'json', '--platform', 'linux/arm64', reference),
    );
    const file = world().path('layer');
    await oras('blob', 'fetch', '--plain-http', '-o', file, `${world().repository}@${content.layers[0].digest}`);
    expectSkill(await unpackWithTar(world(), file));
  });

  interop({ what: 'artifact', writer: 'oras', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await pushWithOras(world(), oras, reference, ['--artifact-type', artifactType], layerType);
    await expectPulled(world(), reference);
  });

  interop({ what: 'any tar with one SKILL.md', writer: 'oras', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await pushWithOras(
      world(),
      oras,
      reference,
      ['--artifact-type', 'application/vnd.example.thing'],
      'application/gzip',
    );
    await expectPulled(world(), reference);
  });

  interop({ what: 'copy with referrers', writer: 'skills', reader: 'oras', through }, async () => {
    const [from, to] = [`${world().fresh()}:1.0.0`, `${world().fresh()}:1.0.0`];
    await world().skills('push', world().skill, from);
    await attachWithSkills(world(), from);
    await oras('cp', '-r', '--from-plain-http', '--to-plain-http', from, to);
    expect(await digestOf(world(), to)).to.equal(await digestOf(world(), from));
    expect(await world().skills('discover', '--json', to)).to.include(sbomType);
    await expectPulled(world(), to);
  });

  interop({ what: 'referrers', writer: 'skills', reader: 'oras', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await world().skills('push', world().skill, reference);
    await attachWithSkills(world(), reference);
    const { referrers } = JSON.parse(await oras('discover', '--plain-http', '--format', 'json', reference));
    expect(referrers).to.have.length(1);
    expect(referrers[0]).to.include({ artifactType: sbomType });
  });

  interop({ what: 'referrers', writer: 'oras', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await world().skills('push', world().skill, reference);
    writeFileSync(join(world().room, 'sbom.json'), '{"spdxVersion":"SPDX-2.3"}');
    await oras('attach', '--plain-http', '--artifact-type', sbomType, reference, 'sbom.json:application/spdx+json');
    const { referrers } = JSON.parse(await oras('discover', '--plain-http', '--format', 'json', reference));
    const found = await world().skills('discover', '--json', reference);
    expect(found).to.include(sbomType).and.to.include(referrers[0].digest);
  });

  interop({ what: 'tags', writer: 'skills', reader: 'oras', through }, async () => {
    const listed = await oras('repo', 'tags', '--plain-http', world().repository);
    expect(listed.trim().split('\n')).to.include.members(['1.0.0', 'image-1.0.0']);
  });

  interop({ what: 'tags', writer: 'oras', reader: 'skills', through }, async () => {
    await oras('tag', '--plain-http', `${world().repository}:1.0.0`, 'by-oras');
    expect(await world().skills('tags', '--all', world().repository)).to.include('by-oras');
  });
}

type Oras = (command: string, ...args: string[]) => Promise<string>;

async function pushWithOras(world: World, oras: Oras, reference: string, flags: string[], mediaType: string) {
  const file = await packWithTar(world, 'named');
  expect(dirname(file)).to.equal(world.room);
  await oras('push', '--plain-http', ...flags, reference, `${basename(file)}:${mediaType}`);
}

async function attachWithSkills(world: World, reference: string): Promise<void> {
  const file = world.path('sbom');
  writeFileSync(file, '{"spdxVersion":"SPDX-2.3"}');
  await world.skills('attach', reference, file, '--artifact-type', sbomType);
}
