import { type Cancellable, type ReadOnlyTarget, TrustError } from '../core/index.ts';
import type { SkillArtifact } from './artifact.types.ts';
import type { FileRecord } from './files/content-digest.ts';
import type { UnpackedTree } from './files/hash-tree.ts';
import { quotePath } from './refusals.ts';
import type { ArchiveLimits } from './unpack/limits.ts';
import { unpackTar } from './unpack/unpack-tar.ts';

export interface UnpackArtifactOptions extends Cancellable {
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Fetches the layer of an artifact and unpacks it while it comes. Where the artifact lists its files, each is compared
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
  const stream = await target.fetch(artifact.layer, { signal });
  const options = { name: artifact.manifest.name, signal, limits };
  const { files, contentDigest } = await unpackTar(stream, destination, options, (tree) => checkTree(tree, artifact));
  return { files, contentDigest };
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
