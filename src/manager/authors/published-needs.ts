import { isSkillsError, SkillsError } from '../../core/index.ts';
import type { SkillInclude, SkillManifest } from '../../manifest/index.ts';
import { newestMatching, placeDependency, versionTags } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import { keysOf, namePlaces, openSource } from '../naming.ts';

/** Whether a place is known to have no fitting version, has one, or could not be asked. */
type Answer = 'there' | 'missing' | { readonly failed: unknown };

/**
 * What the skill needs and nobody who installs it could get: said now, to its author. Skills that need each other cannot be
 * published at once, so it is no error, and neither is a registry that does not answer.
 */
export async function findUnpublished(
  context: Context,
  id: string,
  dependencies: SkillManifest['dependencies'],
): Promise<readonly string[]> {
  const needed = dependencies.filter(({ optional }) => !optional);
  const answers = await askAll(context, id, needed);
  return answers.flatMap(({ need: { name, range }, answers: found }) =>
    found.every((answer) => answer === 'missing') && found.length > 0
      ? [`it needs ${name}@${range || '*'}, which is not published: publish that too, or nobody can install this`]
      : [],
  );
}

/**
 * A composition is nothing without the skills that it is made of.
 *
 * @throws SkillsError ERR_NO_VERSION naming each that is not published; what a registry answers that does not tell.
 */
export async function requirePublished(context: Context, id: string, includes: readonly SkillInclude[]): Promise<void> {
  const missing: SkillInclude[] = [];
  for (const { need, answers } of await askAll(context, id, includes)) {
    if (answers.includes('there')) continue;
    const failed = answers.find((answer) => typeof answer === 'object');
    if (failed) throw failed.failed;
    missing.push(need);
  }
  if (missing.length === 0) return;
  const names = missing.map(({ name, range }) => `${name}@${range}`);
  throw new SkillsError('ERR_NO_VERSION', `it includes ${names.join(', ')}, which no registry here has`, {
    hint: 'publish what is missing first, mend its range, or publish all the same with --no-check-includes',
    data: { missing },
  });
}

interface Asked<T> {
  readonly need: T;
  /** Of each place where it could lie; none where nothing says where to look. */
  readonly answers: readonly Answer[];
}

async function askAll<T extends SkillInclude>(context: Context, id: string, needs: readonly T[]): Promise<Asked<T>[]> {
  if (needs.length === 0) return [];
  await using pool = await context.sources();
  const places = namePlaces(context);
  return await Promise.all(
    needs.map(async (need) => {
      const asked = placeDependency(id, need.name, places).map((place) => ask(pool, place, need.range));
      return { need, answers: await Promise.all(asked) };
    }),
  );
}

async function ask(pool: SourcePool, id: string, range: string): Promise<Answer> {
  try {
    const source = openSource(pool, id);
    if (source.kind !== 'oci') return 'there';
    const keys = await keysOf(source, id);
    return newestMatching(range, [...versionTags(keys).keys()]) === undefined ? 'missing' : 'there';
  } catch (failed) {
    return isSkillsError(failed, 'ERR_NOT_FOUND') ? 'missing' : { failed };
  }
}
