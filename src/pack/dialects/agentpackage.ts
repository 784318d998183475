import { digestAlgorithm, isDigest } from '../../core/index.ts';
import { annotationKeys } from './annotation-keys.ts';
import type { ArtifactFacts, ArtifactSource, Dialect, InventoryEntry } from './dialect.types.ts';
import { isRecord, readJsonRecord } from './json-record.ts';
import { unreadable } from './stated.ts';

/** NVIDIA's agent-package (draft `agent.package/v1`): a tar rooted at `payload/`, and a config that lists every file of it. */
export const agentpackage: Dialect = {
  name: 'agentpackage',
  artifactTypes: ['application/vnd.agentpackage.skill.v1'],
  configTypes: ['application/vnd.agentpackage.config.v1+json'],
  layerTypes: ['application/vnd.agentpackage.skill.payload.v1.tar+gzip'],
  root: 'payload',
  read: readAgentpackage,
};

async function readAgentpackage({ config, annotations }: ArtifactSource): Promise<ArtifactFacts> {
  const document = readJsonRecord(await config(), 'config');
  const { payload, files, schemaVersion } = document;
  if (schemaVersion !== 'agent.package/v1')
    throw unreadable(`its config has the schemaVersion ${JSON.stringify(schemaVersion)}`);
  if (!isRecord(payload) || payload.kind !== 'agent-skill') {
    throw unreadable(
      `its payload is of the kind ${JSON.stringify(isRecord(payload) ? payload.kind : undefined)}, no skill`,
    );
  }
  if (!Array.isArray(files)) throw unreadable('its config lists no files');
  const version = annotations[annotationKeys.version];
  return { inventory: files.map(readEntry), ...(version === undefined ? {} : { version }) };
}

function readEntry(item: unknown, index: number): InventoryEntry {
  if (!isRecord(item) || typeof item.path !== 'string') throw unreadable(`its list of files has no path at ${index}`);
  const { path, digest, executable } = item;
  if (!isDigest(digest) || digestAlgorithm(digest) !== 'sha256') throw unreadable(`"${path}" has no sha256 digest`);
  if (typeof executable !== 'boolean') throw unreadable(`"${path}" is executable neither true nor false`);
  return { path, digest, executable };
}
