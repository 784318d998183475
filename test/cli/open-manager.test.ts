import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openManager, type Place } from '../../src/cli/open-manager.ts';
import { expectError } from '../manager/expect-error.ts';

describe('the manager that flags ask for', () => {
  let room: string;
  before(() => {
    room = realpathSync(mkdtempSync(join(tmpdir(), 'skills-open-manager-')));
    writeFileSync(join(room, 'file'), '');
  });
  after(() => rmSync(room, { recursive: true, force: true }));

  const open = (place: Place) =>
    openManager({ home: join(room, 'home'), ...place }, { signal: AbortSignal.timeout(60_000), onProgress: () => {} });

  it('works in the project that is named', async () => {
    await using manager = await open({ project: room });
    expect([manager.settings.root, manager.settings.scope]).to.deep.equal([room, 'project']);
  });

  for (const name of ['nope', 'file']) {
    it(`refuses --project ${name}, which is no folder, and makes none`, async () => {
      const error = await expectError(
        open({ project: join(room, name) }),
        'ERR_NOT_FOUND',
        /^--project: there is no folder /,
      );
      expect([error.exitCode, error.hint]).to.deep.equal([3, 'check the spelling, or make the folder first']);
      expect(existsSync(join(room, 'nope'))).to.equal(false);
    });
  }

  it('works in the nearest project where none is named', async () => {
    await using manager = await open({});
    expect(manager.settings.scope).to.equal('project');
  });
});
