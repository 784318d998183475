import type { IndexableRecord, SkillRecord } from '../../catalogue/index.ts';
import type { ByteStream, Cancellable, Digest } from '../../core/index.ts';

/** What the index asks of one registry. Repositories are named without the host. */
export interface ArtifactReader extends AsyncDisposable {
  readonly host: string;
  /** @throws SkillsError where the registry does not tell. */
  repositories(options: Cancellable): AsyncIterable<string>;
  /** @throws SkillsError ERR_NOT_FOUND where the repository is not there. */
  tags(repository: string, options: Cancellable): AsyncIterable<string>;
  resolve(repository: string, tag: string, options: Cancellable): Promise<Digest>;
  /** @throws SkillsError ERR_ARTIFACT_INVALID, ERR_SKILL_INVALID where it is no skill that can be read. */
  read(repository: string, tag: string, digest: Digest, options: Cancellable): Promise<IndexableRecord>;
  /** The layer of a version, checked as it passes. */
  openLayer(repository: string, layer: SkillRecord['layer'], options: Cancellable): Promise<ByteStream>;
}
