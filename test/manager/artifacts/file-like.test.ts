import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SkillManager } from '../../../src/manager/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('a file or folder without oci-layout:', () => {
  let world: World;
  let manager: SkillManager;
  beforeEach(async () => {
    world = await makeWorld();
    manager = world.manager();
    await world.publish('csv', { version: '1.0.0' });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const copy = (to: string) => manager.artifacts.copy(`${world.prefix}/csv:1.0.0`, to);
  const cwd = () => manager.settings.cwd;
  async function repositories(): Promise<readonly string[]> {
    await using registry = new RemoteRegistry(world.host);
    return await Array.fromAsync(registry.repositories());
  }

  const meant: readonly (readonly [typed: string, hint: string])[] = [
    ['csv-report.tar', 'oci-layout:csv-report.tar'],
    ['csv-report.tar:1.0.0', 'oci-layout:csv-report.tar:1.0.0'],
    ['csv-report.tar@1.0.0', 'oci-layout:csv-report.tar'],
    ['csv.report', 'oci-layout:csv.report'],
    ['kit.spm', 'oci-layout:kit.tar'],
    ['kit.tar.gz', 'oci-layout:kit.tar'],
    ['./layout', 'oci-layout:./layout'],
    ['../layout:1.0.0', 'oci-layout:../layout:1.0.0'],
    ['/nowhere/layout', 'oci-layout:/nowhere/layout'],
    ['backup/csv-report.tar', 'oci-layout:backup/csv-report.tar'],
  ];
  for (const [typed, hint] of meant) {
    it(`is no destination: ${typed}`, async () => {
      const error = await expectError(copy(typed), 'ERR_REFERENCE_INVALID', /looks like a file|is not a reference/);
      expect(error.hint).to.contain(hint).and.to.contain('registry.example.com/team/skill:1.0.0');
      expect(await repositories(), 'nothing was pushed').to.deep.equal(['acme/csv']);
    });
  }

  it('is no destination where there is such a file, or such a layout', async () => {
    mkdirSync(cwd(), { recursive: true });
    writeFileSync(join(cwd(), 'report'), '');
    await expectError(copy('report'), 'ERR_REFERENCE_INVALID', /"report" looks like a file or folder/);
    await copy('oci-layout:layout');
    expect(existsSync(join(cwd(), 'layout', 'oci-layout'))).to.equal(true);
    await expectError(copy('layout'), 'ERR_REFERENCE_INVALID', /"layout" looks like a file or folder/);
  });

  it('is no place for a collection', async () => {
    await expectError(
      manager.collections.push('col.tar', [`${world.prefix}/csv:1.0.0`]),
      'ERR_REFERENCE_INVALID',
      /"col\.tar" looks like a file or folder/,
    );
    expect(await repositories()).to.deep.equal(['acme/csv']);
  });

  it('is no source where it ends in .tar or is there; a dotted id is one', async () => {
    await world.publish('cloud-aws', { version: '1.2.0' });
    const found = await manager.artifacts.resolve('cloud.aws@1.2.0');
    expect(found.reference).to.contain(`${world.prefix}/cloud-aws@sha256:`);
    await expectError(manager.artifacts.tags('cloud.tar'), 'ERR_REFERENCE_INVALID', /looks like a file/);
    mkdirSync(cwd(), { recursive: true });
    writeFileSync(join(cwd(), 'cloud.aws'), '');
    await expectError(manager.artifacts.tags('cloud.aws'), 'ERR_REFERENCE_INVALID', /looks like a file/);
  });

  it('leaves names alone, also where a folder is called so', async () => {
    mkdirSync(join(cwd(), 'other'), { recursive: true });
    expect((await copy('other@1.0.0')).to).to.equal(`${world.prefix}/other:1.0.0`);
  });

  it('says of a skill’s folder that a place is missing', async () => {
    mkdirSync(join(cwd(), 'kit'), { recursive: true });
    writeFileSync(join(cwd(), 'kit', 'SKILL.md'), '---\nname: kit\ndescription: d\n---\n');
    const error = await expectError(copy('./kit'), 'ERR_REFERENCE_INVALID', /does not begin with a registry/);
    expect(error.hint).to.match(/^that is a skill's folder; name the place/);
  });
});

describe('artifacts.resolve by a range', () => {
  it('says what there is where nothing satisfies it', async () => {
    await using world = await makeWorld();
    await world.publish('csv', { version: '1.0.0' });
    const { artifacts } = world.manager();
    for (const asked of ['csv@^7', `${world.prefix}/csv@^7`, 'csv@7']) {
      const error = await expectError(
        artifacts.resolve(asked),
        'ERR_NO_VERSION',
        /\/csv has no version that satisfies "\^?7"/,
      );
      expect(error.hint).to.equal('it has 1.0.0');
    }
    await expectError(artifacts.resolve('csv@nightly'), 'ERR_NOT_FOUND', /./);
    expect((await artifacts.resolve('csv@^1')).digest).to.equal((await artifacts.resolve('csv@1')).digest);
  });
});
