import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Digest, parseReference, SkillsError } from '../../../core/index.ts';
import { ArchiveTarget, copy, Gate, isArchivePath, NamedLayout } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';
import { forAll } from '../../install/bring.ts';
import { verifyBeforeTag } from '../../verification.ts';
import { type BundleItem, lockedItems, solvedItems } from './bundle-items.ts';
import { type CopyCounts, Tally } from './tally.ts';

export interface SaveBundleOptions {
  /** What refers to the skills too: signatures, attestations, SBOMs. Default true. */
  readonly referrers?: boolean | undefined;
  /** Pieces of content on their way at once; 8 by default. */
  readonly concurrency?: number | undefined;
}

/** A skill in a bundle. */
export interface BundledSkill {
  readonly name: string;
  readonly version: string;
  /** Where it came from, and what it is called in the bundle. */
  readonly reference: string;
  readonly digest: Digest;
}

export interface SaveBundleReport {
  readonly file: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly skills: readonly BundledSkill[];
  readonly counts: CopyCounts;
}

/**
 * Puts skills with all that they need and all that refers to them into one tar: an OCI image layout, whose names are the
 * skills' whole references. The file is there when it is complete; one that was there is replaced.
 */
export async function saveBundle(
  context: Context,
  file: string,
  specs: readonly string[],
  { referrers = true, concurrency = 8 }: SaveBundleOptions = {},
): Promise<SaveBundleReport> {
  const path = resolve(context.settings.cwd, file);
  if (!isArchivePath(path)) throw noTar(file);
  await using pool = await context.sources();
  const store = await context.store();
  const found = await (specs.length > 0 ? solvedItems(context, pool, store, specs) : lockedItems(context, pool, store));
  const items = requireSome(found, specs);
  const gate = new Gate(concurrency);
  const tally = new Tally(context, file);
  const options = {
    referrers,
    gate,
    beforeTag: verifyBeforeTag(context),
    onProgress: tally.add,
    signal: context.signal,
  };
  await new ArchiveTarget(path).replace(async (layout) => {
    const names = new NamedLayout(layout);
    const copyOne = ({ reference, digest, source }: BundleItem) =>
      copy(source, digest, names.repository(reference), parseReference(reference).tag, options);
    await forAll(items, concurrency, copyOne);
  }, context);
  const skills = items.map(({ name, version, reference, digest }) => ({ name, version, reference, digest }));
  return { file: path, size: statSync(path).size, skills, counts: tally.counts };
}

function requireSome(items: readonly BundleItem[], specs: readonly string[]): readonly BundleItem[] {
  const once = new Map(items.map((item) => [item.reference, item]));
  if (once.size > 0) return [...once.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  throw new SkillsError('ERR_NOT_FOUND', specs.length > 0 ? 'nothing was found' : 'the project has no locked skills', {
    hint: 'name skills, or run it in a project with a skills.lock.json',
  });
}

function noTar(file: string): SkillsError {
  return new SkillsError('ERR_USAGE', `${file}: a bundle is one tar file`, { hint: 'let its name end in .tar' });
}
