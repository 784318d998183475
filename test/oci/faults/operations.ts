import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isSkillsError, type Target } from '../../../src/core/index.ts';
import { copy, MemoryTarget, openLayout, type RemoteRegistry, verifyLayout } from '../../../src/oci/index.ts';
import { artifact, manifest, sourceOf, store } from '../support/artifact.ts';
import { listOf, textOf } from '../support/failure.ts';

/** What an operation works with. */
export interface Stage {
  /** Through the proxy. */
  readonly registry: RemoteRegistry;
  /** Around it. */
  readonly direct: RemoteRegistry;
  /** Of this round alone. */
  readonly folder: string;
  /** A repository that does not exist yet. */
  readonly fresh: string;
  /** Where the registry's layouts are. */
  readonly layouts: string;
  /** How the registry is opened for uploads in chunks. */
  readonly chunked: RemoteRegistry;
  /** Whether what goes wrong is a web page in place of an answer. */
  readonly metWebPage: boolean;
}

export interface Operation {
  readonly name: string;
  /** What must be there before. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly run: (stage: Stage) => Promise<void>;
  /** Whether what the operation promised holds; asked where it succeeded. */
  readonly check?: (stage: Stage) => Promise<void>;
  /** Layouts, as paths, that must be sound however it ended. */
  readonly sound?: (stage: Stage) => string;
}

const big = 'a layer that is longer than a piece; '.repeat(8_000);
export const { config, layer, root } = artifact(big);
const signature = manifest(config.descriptor, [], { artifactType: 'application/sig', subject: root.descriptor });

export async function fill(registry: RemoteRegistry): Promise<void> {
  const repository = registry.repository('acme/pdf');
  await store(repository, config, layer, root, signature);
  for (const tag of ['1.0.0', '1.1.0', 'latest']) await repository.tag(root.descriptor, tag);
}

async function packed(): Promise<MemoryTarget> {
  const source = new MemoryTarget();
  await store(source, config, layer, root);
  await source.tag(root.descriptor, '1.0.0');
  return source;
}

async function holdsAll(target: Target): Promise<void> {
  expect((await target.resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
  expect(await textOf(await target.fetch(layer.descriptor))).to.equal(big);
  expect(await textOf(await target.fetch(config.descriptor))).to.equal('{}');
}

/** What a layout holds must be what its names say, whatever went wrong before. */
export async function expectSound(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  try {
    const { problems } = await verifyLayout(dir);
    expect(problems.map(({ message }) => message)).to.deep.equal([]);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_NOT_FOUND')) throw error;
  }
}

const push = (registry: (stage: Stage) => RemoteRegistry): Pick<Operation, 'run' | 'check' | 'sound'> => ({
  run: async (stage) => {
    const destination = registry(stage).repository(stage.fresh, { writes: true });
    await copy(await packed(), '1.0.0', destination, '1.0.0');
  },
  check: ({ direct, fresh }) => holdsAll(direct.repository(fresh)),
  sound: ({ layouts, fresh }) => join(layouts, fresh),
});

export const operations: readonly Operation[] = [
  {
    name: 'pull',
    run: async ({ registry, folder }) => {
      const layout = openLayout(join(folder, 'pulled'), { durable: false });
      await copy(registry.repository('acme/pdf'), '1.0.0', layout, '1.0.0');
    },
    check: ({ folder }) => holdsAll(openLayout(join(folder, 'pulled'))),
    sound: ({ folder }) => join(folder, 'pulled'),
  },
  { name: 'push', ...push(({ registry }) => registry) },
  { name: 'push in chunks', ...push(({ chunked }) => chunked) },
  {
    name: 'copy with mounts',
    run: async ({ registry, fresh }) => {
      await copy(registry.repository('acme/pdf'), '1.0.0', registry.repository(fresh, { writes: true }), '1.0.0');
    },
    check: ({ direct, fresh }) => holdsAll(direct.repository(fresh)),
    sound: ({ layouts, fresh }) => join(layouts, fresh),
  },
  {
    name: 'copy into another registry',
    run: async ({ registry, direct, fresh }) => {
      await copy(registry.repository('acme/pdf'), '1.0.0', direct.repository(fresh), '1.0.0');
    },
    check: ({ direct, fresh }) => holdsAll(direct.repository(fresh)),
    sound: ({ layouts, fresh }) => join(layouts, fresh),
  },
  {
    name: 'resolve',
    run: async ({ registry }) => {
      // a digest that is wrong shows when what it stands for is fetched
      const repository = registry.repository('acme/pdf');
      const { digest } = await repository.resolve('1.0.0');
      expect((await repository.fetchReference(digest)).bytes).to.deep.equal(root.bytes);
    },
  },
  {
    name: 'tags',
    run: async ({ registry }) => {
      expect(await listOf(registry.repository('acme/pdf').tags())).to.deep.equal(['1.0.0', '1.1.0', 'latest']);
    },
  },
  {
    name: 'catalogue',
    run: async ({ registry }) => {
      expect(await listOf(registry.repositories())).to.include('acme/pdf');
    },
  },
  {
    name: 'referrers',
    run: async ({ registry, metWebPage }) => {
      const found = await listOf(registry.repository('acme/pdf').referrers(root.descriptor, 'application/sig'));
      // a web page is taken for a registry without the API, as cosign takes it; there is no such tag then
      const seen = found.map(({ digest }) => digest);
      if (!metWebPage) expect(seen).to.deep.equal([signature.descriptor.digest]);
    },
  },
  {
    name: 'push of a referrer',
    prepare: ({ direct, fresh }) => store(direct.repository(fresh), config, layer, root),
    run: async ({ registry, fresh }) => {
      const repository = registry.repository(fresh, { writes: true });
      await repository.push(signature.descriptor, sourceOf(signature.bytes));
    },
    check: async ({ direct, fresh }) => {
      const found = await listOf(direct.repository(fresh).referrers(root.descriptor));
      expect(found.map(({ digest }) => digest)).to.include(signature.descriptor.digest);
    },
    sound: ({ layouts, fresh }) => join(layouts, fresh),
  },
  {
    name: 'tag',
    prepare: ({ direct, fresh }) => store(direct.repository(fresh), config, layer, root),
    run: ({ registry, fresh }) => registry.repository(fresh, { writes: true }).tag(root.descriptor, '1.0.0'),
    check: ({ direct, fresh }) => holdsAll(direct.repository(fresh)),
    sound: ({ layouts, fresh }) => join(layouts, fresh),
  },
  {
    name: 'delete',
    prepare: ({ direct, fresh }) => store(direct.repository(fresh), config, layer, root),
    run: ({ registry, fresh }) => registry.repository(fresh, { writes: true }).delete(root.descriptor),
    check: async ({ direct, fresh }) => {
      expect(await direct.repository(fresh).exists(root.descriptor)).to.equal(false);
    },
    sound: ({ layouts, fresh }) => join(layouts, fresh),
  },
];
