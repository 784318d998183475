import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { stringify } from 'yaml';
import { describeContract } from './support/contract.ts';
import { describePeers, note, programOf } from './support/peers.ts';
import {
  distribution,
  distributionConfig,
  type RegistryKind,
  type Setting,
  usersFile,
  writeConfig,
  zot,
  zotConfig,
} from './support/registries.ts';
import { pusher } from './support/token-service.ts';

/** A registry as its makers ship it: an image of this name with the program at this path, and a configuration in a file. */
interface Shipped {
  readonly kind: RegistryKind;
  readonly program: 'zot' | 'registry';
  readonly image: string;
  readonly path: string;
  configure(setting: Setting): Promise<string>;
}

const port = 5000;
const inside = '/peers';

const shipped: readonly Shipped[] = [
  {
    kind: zot,
    program: 'zot',
    image: 'ghcr.io/project-zot/zot-minimal-linux-amd64:v2.1.20',
    path: '/usr/local/bin/zot-linux-amd64-minimal',
    configure: async (setting) => JSON.stringify(zotConfig(setting, port, `${inside}/htpasswd`, '0.0.0.0')),
  },
  {
    kind: distribution,
    program: 'registry',
    image: 'docker.io/library/registry:3.1.2',
    path: '/bin/registry',
    configure: async (setting) => stringify(distributionConfig(setting, `0.0.0.0:${port}`, `${inside}/htpasswd`)),
  },
];

for (const one of shipped) describeShipped(one);

function describeShipped({ kind, program, image, path, configure }: Shipped): void {
  describePeers(`${kind.name} in a container, with htpasswd`, [...kind.needs, 'dockerd'], () => {
    let folder: string;
    let container: StartedTestContainer;

    before(async function () {
      folder = mkdtempSync(join(tmpdir(), 'skills-container-'));
      this.timeout(180_000);
      await makeImage(image, program, path);
      const setting = { folder: inside, htpasswd: true };
      const config = writeConfig({ folder }, 'config', await configure(setting));
      container = await new GenericContainer(image)
        .withExposedPorts(port)
        .withEntrypoint([path])
        .withCommand(['serve', `${inside}/config`])
        .withCopyFilesToContainer([
          { source: config, target: `${inside}/config` },
          { source: await usersFile({ folder }), target: `${inside}/htpasswd` },
        ])
        .withWaitStrategy(Wait.forHttp('/v2/', port).forStatusCode(401))
        .start();
    });
    after(async () => {
      await container?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(function () {
      const passed = this.currentTest?.state === 'passed';
      note({ kind: 'contract', registry: kind.name, setting: 'container, htpasswd', passed });
    });

    describeContract(() => ({
      host: `127.0.0.1:${container.getMappedPort(port)}`,
      referrers: kind.referrers,
      quirks: kind.quirks,
      options: { protocol: 'http', credentials: async () => pusher },
    }));
  });
}

/** An image of nothing but the program, under the name of the real one, which the same test pulls where it is not made. */
async function makeImage(image: string, program: 'zot' | 'registry', path: string): Promise<void> {
  const room = mkdtempSync(join(tmpdir(), 'skills-image-'));
  try {
    mkdirSync(join(room, 'tmp'));
    chmodSync(join(room, 'tmp'), 0o777);
    copyFileSync(programOf(program), join(room, 'program'));
    writeConfig({ folder: room }, 'Dockerfile', `FROM scratch\nCOPY program ${path}\nCOPY tmp /tmp\n`);
    await GenericContainer.fromDockerfile(room).build(image, { deleteOnExit: false });
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}
