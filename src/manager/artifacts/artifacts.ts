import type { Context } from '../context.ts';
import { settle } from '../settle.ts';
import type { AttachOptions, AttachReport } from './attach.ts';
import type { ConvertOptions, ConvertReport } from './convert.ts';
import type { LoadBundleOptions, LoadBundleReport } from './copying/bundle-load.ts';
import type { SaveBundleOptions, SaveBundleReport } from './copying/bundle-save.ts';
import type { CopyArtifactOptions, CopyReport } from './copying/copy.ts';
import type { MirrorOptions, MirrorReport } from './copying/mirror.ts';
import type { DeleteOptions, DeleteReport } from './delete.ts';
import type { ArtifactNode, DiscoverOptions } from './discover.ts';
import type { ArtifactReport } from './inspect.ts';
import type { ProbeOptions, RegistryReport } from './probe.ts';
import type { ResolveReport } from './resolve.ts';
import type { TagOptions, TagReport } from './tag.ts';
import type { TagsOptions, TagsReport } from './tags.ts';

/**
 * What is done with artifacts as they are, skills or not: resolved, copied, tagged, looked through, attached to, deleted.
 *
 * Ends are named as people type them: `host/repository[:tag][@digest]`, `oci-layout:DIR[:tag]`, or a name of the default
 * registry. Each verb has a file of its own beside this one, loaded when it is first used.
 */
export class Artifacts {
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * The digest that a tag stands for now.
   *
   * @throws SkillsError ERR_NOT_FOUND; ERR_USAGE where neither tag nor digest is named.
   */
  async resolve(reference: string): Promise<ResolveReport> {
    const { resolve } = await import('./resolve.ts');
    return settle(this.#context, () => resolve(this.#context, reference));
  }

  /** What a manifest says of itself and names, whatever it is: of a skill, `SkillManager.inspect` says more. */
  async inspect(reference: string): Promise<ArtifactReport> {
    const { inspectArtifact } = await import('./inspect.ts');
    return settle(this.#context, () => inspectArtifact(this.#context, reference));
  }

  /**
   * The tags of a repository, versions from the newest; of a reference with a tag or digest, those that stand for the same.
   *
   * @throws SkillsError ERR_NOT_FOUND
   */
  async tags(reference: string, options: TagsOptions = {}): Promise<TagsReport> {
    const { listTags } = await import('./tags.ts');
    return settle(this.#context, () => listTags(this.#context, reference, options));
  }

  /**
   * Adds tags to what is there.
   *
   * @throws SkillsError ERR_VERSION_EXISTS where a tag is a version with other content and `force` is not set.
   */
  async tag(reference: string, tags: readonly string[], options: TagOptions = {}): Promise<TagReport> {
    const { tag } = await import('./tag.ts');
    return settle(this.#context, () => tag(this.#context, reference, tags, options));
  }

  /**
   * Pushes files as an artifact that belongs to another one: an SBOM, a report, a signature made elsewhere.
   *
   * @throws SkillsError ERR_NOT_FOUND for the reference or a file; ERR_UNAUTHORISED.
   */
  async attach(reference: string, options: AttachOptions): Promise<AttachReport> {
    const { attach } = await import('./attach.ts');
    return settle(this.#context, () => attach(this.#context, reference, options));
  }

  /**
   * Copies an artifact as it is between registries, layout folders and layout tars, with `referrers` all that belongs to it
   * too: signatures are there before the tag is. Without a tag in `to` it gets that of `from`.
   *
   * @throws SkillsError ERR_NOT_FOUND; ERR_VERSION_EXISTS where a tag is a version with other content and `force` is not set;
   * ERR_DIGEST_MISMATCH for content that is not what its name says. Nothing is tagged then.
   * @example
   * await skills.artifacts.copy('ghcr.io/acme/skills/pdf:1.2.0', 'oci-layout:./pdf.tar', { referrers: true });
   */
  async copy(from: string, to: string, options: CopyArtifactOptions = {}): Promise<CopyReport> {
    const { copyArtifact } = await import('./copying/copy.ts');
    return settle(this.#context, () => copyArtifact(this.#context, from, to, options));
  }

  /**
   * Copies all repositories of a namespace, `ghcr.io/acme/skills`, to another one or into one layout. Run again, it does what
   * is missing. What fails stands in the report, and the rest is copied.
   *
   * @throws SkillsError ERR_NOT_FOUND where neither registry nor index knows a repository there.
   */
  async mirror(from: string, to: string, options: MirrorOptions = {}): Promise<MirrorReport> {
    const { mirror } = await import('./copying/mirror.ts');
    return settle(this.#context, () => mirror(this.#context, from, to, options));
  }

  /**
   * Puts skills, what they depend on and what refers to them into one tar, for machines without a network. None named means
   * what the project's lock says.
   *
   * @throws SkillsError as `install` does. The file is there complete, or as it was.
   * @example
   * await skills.artifacts.saveBundle('skills.tar', ['pdf@^1.2']);
   */
  async saveBundle(
    file: string,
    specs: readonly string[] = [],
    options: SaveBundleOptions = {},
  ): Promise<SaveBundleReport> {
    const { saveBundle } = await import('./copying/bundle-save.ts');
    return settle(this.#context, () => saveBundle(this.#context, file, specs, options));
  }

  /**
   * Brings a bundle into a registry (`to`), or into the store, where `install` finds it offline. What fails stands in the report.
   *
   * @throws SkillsError ERR_NOT_FOUND, ERR_FILE_INVALID for the file; ERR_CONFLICT where two skills would be one.
   */
  async loadBundle(file: string, options: LoadBundleOptions = {}): Promise<LoadBundleReport> {
    const { loadBundle } = await import('./copying/bundle-load.ts');
    return settle(this.#context, () => loadBundle(this.#context, file, options));
  }

  /** What belongs to an artifact: signatures, attestations, SBOMs and others, and what belongs to those. Nothing is verified. */
  async discover(reference: string, options: DiscoverOptions = {}): Promise<ArtifactNode> {
    const { discover } = await import('./discover.ts');
    return settle(this.#context, () => discover(this.#context, reference, options));
  }

  /**
   * Removes a tag, or a manifest with all its tags. Asks nobody: `dryRun` says what would go.
   *
   * @throws SkillsError ERR_NOT_FOUND; ERR_REGISTRY where the registry does not delete.
   */
  async delete(reference: string, options: DeleteOptions = {}): Promise<DeleteReport> {
    const { deleteArtifact } = await import('./delete.ts');
    return settle(this.#context, () => deleteArtifact(this.#context, reference, options));
  }

  /**
   * Repackages a skill in another dialect, with the same content (checked), and pushes that: without a tag in `to`, under
   * the version's. Signatures are of the digest, and do not come along.
   *
   * @throws SkillsError ERR_VERSION_EXISTS where the tag is a version that stands for something else; ERR_SKILL_INVALID where
   * the skill cannot be written without changing it.
   * @example
   * await skills.artifacts.convert('ghcr.io/acme/skills/pdf:1.2.0', 'ghcr.io/acme/skills/pdf', { dialect: 'image' });
   */
  async convert(from: string, to: string, options: ConvertOptions): Promise<ConvertReport> {
    const { convert } = await import('./convert.ts');
    return settle(this.#context, () => convert(this.#context, from, to, options));
  }

  /**
   * Finds out what a registry can do: referrers, pages, ranges, content trust; with `write` also uploads, mounts, deletes.
   *
   * @param registry `host[/prefix]`, or a registry's name; by default the one that bare names stand in.
   * @throws SkillsError ERR_NETWORK where it cannot be reached; what else fails is a finding.
   */
  async probe(registry?: string, options: ProbeOptions = {}): Promise<RegistryReport> {
    const { probe } = await import('./probe.ts');
    return settle(this.#context, () => probe(this.#context, registry, options));
  }
}
