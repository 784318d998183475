import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { SkillManager } from '../../src/manager/index.ts';
import { serveRegistry } from '../../src/oci/server/index.ts';
import { serveIndex } from '../../src/service/index.ts';
import { writeSkill } from '../manager/world.ts';
import { CredentialRoom, entry } from '../oci/credentials/support/room.ts';

describe('an index of a registry that wants credentials', () => {
  it('reads with those of the file that it is given, and with no others', async () => {
    using room = new CredentialRoom();
    const htpasswd = room.write('users', `ann:${hashSync('annspassword', 4)}\n`);
    const registry = await serveRegistry({ dir: join(room.path, 'registry'), htpasswd, durable: false });
    const auths = { auths: { [registry.host]: entry('ann', 'annspassword') } };
    const file = room.write('secrets/config.json', auths);
    await using manager = new SkillManager({
      cacheDir: join(room.path, 'store'),
      registryConfig: [file],
      env: { ...room.env() },
      registry: `${registry.host}/team`,
    });
    await manager.publish(writeSkill(join(room.path, 'skills', 'pdf'), 'pdf'));
    const count = async (options: { registryConfig?: string[] }) => {
      const index = await serveIndex({ registries: [{ host: registry.host }], refresh: 0, ...options });
      await index.refresh();
      const health = await fetch(`${index.url}/api/v1/health`);
      await index.close();
      return ((await health.json()) as { skills: number }).skills;
    };
    const before = process.env.DOCKER_AUTH_CONFIG;
    process.env.DOCKER_AUTH_CONFIG = JSON.stringify(auths);
    try {
      expect(await count({})).to.equal(0);
      expect(await count({ registryConfig: [file] })).to.equal(1);
    } finally {
      if (before === undefined) delete process.env.DOCKER_AUTH_CONFIG;
      else process.env.DOCKER_AUTH_CONFIG = before;
      await registry.close();
    }
  });
});
