import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { IndexableRecord } from '../../catalogue/index.ts';
import { type Cancellable, type Logger, limits, silentLogger } from '../../core/index.ts';
import { bodyOf } from '../../manifest/index.ts';
import { type CredentialSource, RemoteRegistry, type RemoteRepository } from '../../oci/index.ts';
import { readArtifact, type SkillArtifact, unpackArtifact } from '../../pack/index.ts';
import type { ArtifactReader } from './artifact-reader.ts';
import { describeRecord } from './describe-record.ts';

const MiB = 1024 * 1024;
/** Larger layers are not fetched for the sake of their instructions. */
const largestLayer = 2 * MiB;
/** Nor are they to learn what an artifact of another tool does not say of itself. */
const largestScan = 16 * MiB;
const unpackLimits = { bytes: 32 * MiB, entries: 5_000, ratio: 100, ratioFloor: 4 * MiB };

/** Where well-known registries give tokens and keep their blobs. */
const ownHosts: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['auth.docker.io', 'production.cloudflare.docker.com'],
  'ghcr.io': ['pkg-containers.githubusercontent.com'],
  'registry.gitlab.com': ['gitlab.com'],
};

export interface ReaderOptions {
  readonly host: string;
  readonly plainHttp?: boolean | undefined;
  /** Hosts, with their port, that the registry may lead to besides itself. */
  readonly furtherHosts?: readonly string[] | undefined;
  readonly credentials?: CredentialSource | undefined;
  readonly logger?: Logger | undefined;
}

/** Reads a registry over HTTP. */
export function openReader(options: ReaderOptions): ArtifactReader {
  const { host, plainHttp, furtherHosts = [], credentials, logger = silentLogger } = options;
  const allowed = new Set([...furtherHosts, ...(ownHosts[host] ?? [])]);
  const allowHost = (url: URL) => allowed.has(url.host);
  const registry = new RemoteRegistry(host, { credentials, logger, allowHost, plainHttp: plainHttp ? [host] : [] });
  return {
    host,
    repositories: (options) => registry.repositories(options),
    tags: (repository, options) => registry.repository(repository).tags(options),
    resolve: async (repository, tag, options) => (await registry.repository(repository).resolve(tag, options)).digest,
    async read(repository, tag, digest, options): Promise<IndexableRecord> {
      const target = registry.repository(repository);
      const artifact = await readArtifact(target, digest, { ...options, largestScan, limits: unpackLimits });
      const record = describeRecord(`${host}/${repository}`, tag, artifact);
      return { ...record, body: await readBody(target, artifact, options, logger) };
    },
    openLayer: (repository, layer, options) => registry.repository(repository).fetch(layer, options),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

/** The instructions, for search only: a skill whose layer cannot be had is found by its description all the same. */
async function readBody(
  target: RemoteRepository,
  artifact: SkillArtifact,
  options: Cancellable,
  logger: Logger,
): Promise<string> {
  if (artifact.layers.reduce((sum, { size }) => sum + size, 0) > largestLayer) return '';
  const folder = await mkdtemp(join(tmpdir(), 'skills-index-'));
  try {
    const tree = join(folder, 'tree');
    const { files } = await unpackArtifact(target, artifact, tree, { ...options, limits: unpackLimits });
    const instructionsFile = artifact.manifest.instructionsFile.replace(/^\.\//, '');
    // Only what was unpacked: the name is whatever its author wrote.
    return files.some(({ path }) => path === instructionsFile)
      ? await readInstructions(join(tree, instructionsFile))
      : '';
  } catch (error) {
    logger.warn({ digest: artifact.descriptor.digest, error: String(error) }, 'instructions are not indexed');
    return '';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readInstructions(file: string): Promise<string> {
  const { size } = await stat(file);
  return size > limits.textBytes ? '' : bodyOf(await readFile(file, 'utf8'));
}
