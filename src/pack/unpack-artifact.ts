import {
  type ByteStream,
  type Cancellable,
  type Descriptor,
  type ReadOnlyTarget,
  streamOf,
  TrustError,
} from '../core/index.ts';
import type { SkillArtifact } from './artifact.types.ts';
import { titleOf } from './dialects/index.ts';
import type { FileRecord } from './files/content-digest.ts';
import type { UnpackedTree } from './files/hash-tree.ts';
import { quotePath } from './refusals.ts';
import type { EntrySink } from './tar/reader.ts';
import { LayerView } from './unpack/layer-view.ts';
import { type ArchiveLimits, Growth } from './unpack/limits.ts';
import { unpackInto } from './unpack/unpack-into.ts';
import { readTar } from './unpack/unpack-tar.ts';

export interface UnpackArtifactOptions extends Cancellable {
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Fetches the layers of an artifact and unpacks them while they come. Where the artifact lists its files, each is compared
 * (path, content, size, exec bit, none missing, none more), and so is the content digest.
 *
 * @param destination a folder that does not exist yet; it appears only when everything holds.
 * @throws SkillsError ERR_ARCHIVE_UNSAFE, ERR_ARTIFACT_INVALID, ERR_CONFLICT; TrustError ERR_DIGEST_MISMATCH.
 */
export async function unpackArtifact(
  target: ReadOnlyTarget,
  artifact: SkillArtifact,
  destination: string,
  { signal, limits }: UnpackArtifactOptions = {},
): Promise<UnpackedTree> {
  const { folder, layered } = artifact;
  const view = folder === undefined && !layered ? undefined : new LayerView({ folder, layered });
  const { files, contentDigest } = await unpackInto(
    destination,
    { name: artifact.manifest.name, signal, limits },
    {
      view,
      ...(folder === undefined ? {} : { rooted: { root: artifact.root, folder: '' } }),
      check: (tree) => checkTree(tree, artifact),
      fill: (tree, most) => fillTree(target, artifact, tree, { view, limits: most, signal }),
    },
  );
  return { files, contentDigest };
}

interface Filling extends Cancellable {
  readonly view: LayerView | undefined;
  readonly limits: ArchiveLimits;
}

/** Layers are read from the top down: see {@link LayerView}. */
async function fillTree(
  target: ReadOnlyTarget,
  { content, layers, held }: SkillArtifact,
  tree: EntrySink,
  { view, limits, signal }: Filling,
): Promise<void> {
  const growth = new Growth(limits);
  for (const layer of layers.toReversed()) {
    const known = held.get(layer.digest);
    const stream = known ? streamOf(known) : await target.fetch(layer, { signal });
    if (content === 'tar') await readTar(stream, tree, growth, signal);
    else await readFile(stream, layer, tree);
    view?.endLayer();
  }
}

async function readFile(stream: ByteStream, layer: Descriptor, tree: EntrySink): Promise<void> {
  tree.file(titleOf(layer), layer.size, false);
  for await (const piece of stream) tree.data(piece);
}

function checkTree(tree: UnpackedTree, { files, contentDigest }: SkillArtifact): void {
  if (files) checkFiles(tree.files, files);
  if (contentDigest === undefined || contentDigest === tree.contentDigest) return;
  throw mismatch('its content digest', undefined, { expected: contentDigest, actual: tree.contentDigest });
}

function checkFiles(actual: readonly FileRecord[], stated: readonly FileRecord[]): void {
  const rest = new Map(stated.map((file) => [file.path, file]));
  for (const file of actual) {
    const expected = rest.get(file.path);
    if (!expected) throw mismatch(`${quotePath(file.path)}, which it does not list,`, file.path);
    rest.delete(file.path);
    checkFile(file, expected);
  }
  for (const path of rest.keys()) throw mismatch(`the lack of ${quotePath(path)}`, path);
}

function checkFile(actual: FileRecord, expected: FileRecord): void {
  const differing = (['digest', 'size', 'executable'] as const).find((key) => actual[key] !== expected[key]);
  if (differing === undefined) return;
  const facts = { field: differing, expected: expected[differing], actual: actual[differing] };
  throw mismatch(`the ${differing} of ${quotePath(actual.path)}`, actual.path, facts);
}

function mismatch(what: string, path: string | undefined, facts: Readonly<Record<string, unknown>> = {}): TrustError {
  return new TrustError('ERR_DIGEST_MISMATCH', `The layer does not hold what the artifact says: ${what} differs`, {
    hint: 'nothing of it was kept; its author must pack and push the skill again',
    data: { ...(path === undefined ? {} : { path }), ...facts },
  });
}
