import type { Context } from '../context.ts';
import { settle } from '../settle.ts';
import type { ResolveReport } from './resolve.ts';

/**
 * What is done with artifacts as they are, skills or not: resolved, copied, tagged, looked through, attached to, deleted.
 *
 * Ends are named as people type them: `host/repository[:tag][@digest]`, `oci-layout:DIR[:tag]`, or a name of the default
 * registry. Each verb has a file of its own beside this one, loaded when it is first used.
 */
export class Artifacts {
  readonly #context: Context;

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
}
