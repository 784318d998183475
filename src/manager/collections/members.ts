import { isDigest, mapConcurrently, SkillsError } from '../../core/index.ts';
import { holdArtifact, memberDescriptor, type NewMember } from '../../pack/index.ts';
import { parseSpec, type Spec } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import { openSpec } from '../naming.ts';
import type { CollectionFile } from './collection-file.ts';
import type { Origin } from './store-collection.ts';
import type { CollectionWords } from './types.ts';

/** A skill that is to be in a collection, and where its content is to be had. */
export interface Candidate {
  readonly member: NewMember;
  readonly origin: Origin;
}

const atOnce = 8;

/** What was typed: skills, and files that list some. */
export async function readTyped(
  context: Context,
  typed: readonly string[],
): Promise<{ readonly words: CollectionWords; readonly specs: readonly Spec[] }> {
  const read = await Promise.all(typed.map((text) => readOne(context, text)));
  const words = read.flatMap((item) => Object.entries(item.words).filter(([, value]) => value !== undefined));
  return { words: Object.fromEntries(words), specs: read.flatMap(({ specs }) => specs) };
}

async function readOne({ settings }: Context, typed: string): Promise<CollectionFile> {
  if (!/\.(?:json|ya?ml)$/i.test(typed)) return { words: {}, specs: [parseSpec(typed)] };
  // Loaded here: the schema library takes longer to load than most commands run.
  const { readCollectionFile } = await import('./collection-file.ts');
  return readCollectionFile(settings.cwd, typed);
}

/**
 * Finds what specs stand for now.
 *
 * @throws SkillsError ERR_USAGE for what is in no registry; ERR_CONFLICT for two skills of one name; what the registries answer.
 */
export async function openMembers(
  context: Context,
  pool: SourcePool,
  specs: readonly Spec[],
): Promise<readonly Candidate[]> {
  let done = 0;
  const candidates = await mapConcurrently(specs, atOnce, async (spec) => {
    const candidate = await openMember(context, pool, spec);
    context.report({ phase: 'resolve', name: candidate.member.name, done: ++done, total: specs.length });
    return candidate;
  });
  const byName = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { name, reference, descriptor } = candidate.member;
    const other = byName.get(name)?.member;
    if (other && other.descriptor.digest !== descriptor.digest) {
      throw new SkillsError('ERR_CONFLICT', `${other.reference} and ${reference} are both called ${name}`, {
        hint: 'a collection has one skill of a name: leave one of them out',
      });
    }
    byName.set(name, candidate);
  }
  return [...byName.values()];
}

async function openMember(context: Context, pool: SourcePool, spec: Spec): Promise<Candidate> {
  if ((spec.kind !== 'oci' && spec.kind !== 'name') || (spec.kind === 'oci' && spec.skill !== undefined)) {
    throw new SkillsError('ERR_USAGE', `${spec.raw || 'what was named'} cannot be in a collection`, {
      hint: 'a collection lists skills that stand in a registry, each in a repository of its own: publish it first',
    });
  }
  // Where the files differ by platform the collection lists all of them; one is read for its name and description.
  const { id, key, version, opened } = await openSpec(context, pool, spec, { platform: 'linux/amd64' });
  const { artifact, target } = opened;
  const { name, title, description } = artifact.manifest;
  const reference = `${id}${isDigest(key) ? '@' : ':'}${key}`;
  const member = { name, version, title, description, reference, descriptor: memberDescriptor(artifact) };
  return { member, origin: { target: holdArtifact(target, artifact), repository: id } };
}
