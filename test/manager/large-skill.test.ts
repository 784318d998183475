import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeWorld } from './world.ts';

describe('a skill whose layer does not fit in memory', () => {
  // Above 8 MiB the packed layer lies in a temporary file, which must live until the last byte of it is sent.
  it('is published from its temporary file, and installs', async () => {
    await using world = await makeWorld();
    const data = randomBytes(9 * 1024 * 1024);
    writeFileSync(join(world.skill('large'), 'data.bin'), data);
    await world.manager().publish(join(world.room, 'skills/large'));
    const report = await world.manager().installAll(['large']);
    expect(report.added.map(({ name }) => name)).to.deep.equal(['large']);
    expect(readFileSync(join(world.project, '.agents/skills/large/data.bin')).equals(data)).to.equal(true);
  });
});
