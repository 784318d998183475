import type { Context } from '../context.ts';
import { settle } from '../settle.ts';
import type { CollectionOptions, CollectionPushReport, CollectionReport, CollectionWords } from './types.ts';

/**
 * Collections: several skills under one reference, each at the digest that its curator chose (the agentskills form: an OCI
 * image index). `install` takes a collection as it takes a skill.
 *
 * Places are named as people type them: `host/repository[:tag][@digest]`, `oci-layout:DIR[:tag]`, or a name of the default
 * registry.
 */
export class Collections {
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Makes a collection and stores it with its skills: they are copied into its repository, within one registry by mounting.
   * Without a version the newest is raised; `latest`, `1` and `1.2` follow.
   *
   * @param skills specs as `install` takes them, of skills in registries, and collection files (.json, .yaml).
   * @throws SkillsError ERR_VERSION_EXISTS where the version is there with other skills; ERR_CONFLICT for two skills of one
   * name; ERR_USAGE for a skill that is in no registry; ERR_FILE_INVALID; what the registries answer.
   * @example
   * await skills.collections.push('ghcr.io/acme/collections/office:1.0.0', ['pdf@^1.2', 'ghcr.io/acme/skills/xlsx:2.0.0']);
   */
  async push(
    reference: string,
    skills: readonly string[],
    options: CollectionWords = {},
  ): Promise<CollectionPushReport> {
    const { pushCollection } = await import('./push.ts');
    return settle(this.#context, () => pushCollection(this.#context, reference, skills, options));
  }

  /**
   * What is in a collection; the newest where none is named. Any writer's is read, in one request.
   *
   * @throws SkillsError ERR_NOT_FOUND; ERR_ARTIFACT_INVALID where it is no collection.
   */
  async list(reference: string): Promise<CollectionReport> {
    const { listCollection } = await import('./list.ts');
    return settle(this.#context, () => listCollection(this.#context, reference));
  }

  /** Puts skills into a collection, or newer versions of those in it: its next minor version. Throws as `push` does. */
  async add(
    reference: string,
    skills: readonly string[],
    options: CollectionWords = {},
  ): Promise<CollectionPushReport> {
    const { addToCollection } = await import('./change.ts');
    return settle(this.#context, () => addToCollection(this.#context, reference, skills, options));
  }

  /** Takes skills out of a collection: its next major version; below 1.0 the next minor one. @throws SkillsError ERR_NOT_FOUND for one that is not in it */
  async remove(
    reference: string,
    names: readonly string[],
    options: CollectionOptions = {},
  ): Promise<CollectionPushReport> {
    const { removeFromCollection } = await import('./change.ts');
    return settle(this.#context, () => removeFromCollection(this.#context, reference, names, options));
  }
}
