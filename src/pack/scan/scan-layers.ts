import {
  type Cancellable,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  fetchBytes,
  type ReadOnlyTarget,
  SkillsError,
  limits as sizes,
  streamOf,
} from '../../core/index.ts';
import type { LayerContent } from '../artifact.types.ts';
import { titleOf } from '../dialects/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { EntryGate } from '../unpack/entry-gate.ts';
import { LayerView } from '../unpack/layer-view.ts';
import { type ArchiveLimits, Growth } from '../unpack/limits.ts';
import { readTar } from '../unpack/unpack-tar.ts';
import { isDescribing, type ScannedTree, TreeScanner } from './tree-scanner.ts';

export interface LayersToScan {
  readonly content: LayerContent;
  readonly layers: readonly Descriptor[];
  readonly layered: boolean;
  /** Small layers are put here. */
  readonly held: Map<Digest, Uint8Array>;
  readonly limits: ArchiveLimits;
}

/** Layers up to this size are kept, so that a copy does not fetch them a second time. */
const largestHeld = 256 * 1024;

/** Reads through the layers of an artifact. @throws SkillsError as unpacking does */
export function scanLayers(target: ReadOnlyTarget, work: LayersToScan, options: Cancellable): Promise<ScannedTree> {
  return work.content === 'files' ? scanFiles(target, work, options) : scanTars(target, work, options);
}

async function scanTars(target: ReadOnlyTarget, work: LayersToScan, options: Cancellable): Promise<ScannedTree> {
  const view = work.layered ? new LayerView({ layered: true }) : undefined;
  const scanner = new TreeScanner(work.limits, view);
  const growth = new Growth(work.limits);
  for (const layer of work.layers.toReversed()) {
    await readTar(await openLayer(target, layer, work.held, options), scanner, growth, options.signal);
    view?.endLayer();
  }
  return scanner.finish();
}

async function openLayer(
  target: ReadOnlyTarget,
  layer: Descriptor,
  held: Map<Digest, Uint8Array>,
  options: Cancellable,
) {
  if (layer.size > largestHeld) return target.fetch(layer, options);
  const bytes = held.get(layer.digest) ?? (await fetchBytes(target, layer, largestHeld, options));
  held.set(layer.digest, bytes);
  return streamOf(bytes);
}

/** Every layer is a file, whose digest is known: only those that describe the skill are fetched. */
async function scanFiles(target: ReadOnlyTarget, work: LayersToScan, options: Cancellable): Promise<ScannedTree> {
  const gate = new EntryGate(work.limits);
  const files: FileRecord[] = [];
  const texts = new Map<string, Uint8Array>();
  for (const layer of work.layers) {
    const path = gate.admitFile(titleOf(layer), layer.size);
    if (path === undefined) continue;
    if (digestAlgorithm(layer.digest) !== 'sha256') {
      throw new SkillsError(
        'ERR_ARTIFACT_INVALID',
        `The artifact cannot be read: ${JSON.stringify(path)} has no sha256 digest`,
      );
    }
    files.push({ path, digest: layer.digest, size: layer.size, executable: false });
    if (!isDescribing(path) || layer.size > sizes.textBytes) continue;
    const bytes = await fetchBytes(target, layer, sizes.textBytes, options);
    work.held.set(layer.digest, bytes);
    texts.set(path, bytes);
  }
  return { files, texts };
}
