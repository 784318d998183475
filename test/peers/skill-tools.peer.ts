import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describePeers, interop, programOf } from './support/peers.ts';
import type { RegistryKind } from './support/registries.ts';
import { run } from './support/run.ts';
import { digestOf, expectPulled, expectSkill, skillName, throughAll, useWorld, writeFiles } from './support/world.ts';

for (const kind of throughAll) {
  describePeers(`ToolHive through ${kind.name}`, [...kind.needs, 'toolhive'], () => describeToolHive(kind));
  describePeers(`skills-oci through ${kind.name}`, [...kind.needs, 'skills-oci'], () => describeSkillsOci(kind));
}

function describeToolHive(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  const toolhive = async (...args: string[]) =>
    JSON.parse(await run(programOf('toolhive'), args, { cwd: world().room, env: { HOME: world().room } }));

  interop({ what: 'image', writer: 'skills', reader: 'ToolHive', through }, async () => {
    const reference = `${world().repository}:image-1.0.0`;
    const read = await toolhive('read', reference);
    expect(read.digest).to.equal(await digestOf(world(), reference));
    expect(read.isIndex).to.equal(true);
    expect(read.skill).to.deep.include({ name: skillName, version: '1.0.0', license: 'MIT' });
    expect(read.skill.description).to.match(/^Shows that others read it/);
    expect(read.skill.files).to.have.members(Object.keys(read.files));
    const folder = world().path('toolhive');
    writeFiles(folder, read.files);
    // ToolHive's reader gives no modes.
    expectSkill(folder, { execBits: false });
  });

  // zot wants the artifactType to be a media type (image-spec says so too), and ToolHive's is none.
  if (kind.name === 'zot') {
    it('what ToolHive writes is refused by zot, whoever pushes it', async () => {
      const failure = await toolhive('pack', world().skill, `${world().fresh()}:1.0.0`).catch((error: Error) => error);
      expect(failure).to.be.instanceOf(Error);
      expect(String(failure)).to.match(/manifest invalid|MANIFEST_INVALID/i);
    });
    return;
  }

  interop({ what: 'image', writer: 'ToolHive', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    const packed = await toolhive('pack', world().skill, reference);
    expect(await digestOf(world(), reference)).to.equal(packed.index);
    // ToolHive's packager drops exec bits.
    await expectPulled(world(), reference, { execBits: false });
    expect(JSON.parse(await world().skills('inspect', '--json', reference))).to.have.property('name', skillName);
  });
}

function describeSkillsOci(kind: RegistryKind): void {
  const world = useWorld(kind);
  const through = kind.name;
  const skillsOci = (...args: string[]) =>
    run(programOf('skills-oci'), ['--plain', '--plain-http', ...args], {
      cwd: world().room,
      env: { HOME: world().room },
    });

  interop({ what: 'artifact', writer: 'skills', reader: 'skills-oci', through }, async () => {
    const project = world().path('project');
    mkdirSync(project);
    await skillsOci('add', '--project-dir', project, '--output', join(project, 'out'), `${world().repository}:1.0.0`);
    expectSkill(join(project, 'out', skillName));
  });

  interop({ what: 'artifact', writer: 'skills-oci', reader: 'skills', through }, async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await skillsOci('push', reference, world().skill);
    await expectPulled(world(), reference);
  });
}
