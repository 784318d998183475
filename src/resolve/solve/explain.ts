import { isDigest, SkillsError } from '../../core/index.ts';
import { normaliseRange } from '../versions/ranges.ts';
import type { Constraint } from './state.ts';
import { pinOf, type Universe } from './universe.ts';

/** A dead end of the search. */
export interface Failure {
  /** No version grants all constraints; or two packages have one name. */
  readonly kind: 'version' | 'name';
  readonly constraints: readonly Constraint[];
  /** For each constraint who asks for it, and who for that, up to the project. */
  readonly chains: readonly (readonly string[])[];
}

const shownFailures = 3;
const shownVersions = 6;

/**
 * Says in sentences why there is no solution: which requirement forced what, the shortest reason first.
 *
 * ERR_NO_VERSION where nothing published grants one requirement; ERR_CONFLICT where each could be granted, but not all.
 */
export async function explain(failures: Iterable<Failure>, universe: Universe): Promise<SkillsError> {
  const described = await Promise.all([...failures].map((failure) => describe(failure, universe)));
  const conflicts = described.filter(({ conflict }) => conflict);
  const shown = (conflicts.length > 0 ? conflicts : described).sort((a, b) => a.length - b.length);
  const sentences = [...new Set(shown.map(({ sentence }) => sentence))].slice(0, shownFailures);
  const [first] = shown;
  return new SkillsError(conflicts.length > 0 ? 'ERR_CONFLICT' : 'ERR_NO_VERSION', sentences.join('\n'), {
    hint: first?.hint,
    data: { package: first?.packageId, available: first?.available, requirements: first?.requirements },
  });
}

interface Description {
  readonly sentence: string;
  readonly hint: string;
  readonly conflict: boolean;
  readonly length: number;
  readonly packageId: string;
  readonly available: readonly string[];
  readonly requirements: readonly { from: string; range: string; packageId: string }[];
}

async function describe(failure: Failure, universe: Universe): Promise<Description> {
  const { constraints, chains } = failure;
  const packageId = constraints[0]?.packageId ?? '';
  const available = constraints.every((wish) => pinOf(wish) !== undefined) ? [] : await universe.versions(packageId);
  const alone = failure.kind === 'version' && (await findUnanswered(packageId, constraints, universe));
  const common = {
    packageId,
    available,
    length: chains.flat().length,
    requirements: constraints.map((one, index) => ({
      from: chains[index]?.[0] ?? one.from,
      range: normaliseRange(one.range),
      packageId: one.packageId,
    })),
  };
  if (failure.kind === 'name') return { ...common, ...describeTwins(failure), conflict: true };
  if (alone) {
    const chain = chains[constraints.indexOf(alone)] ?? [];
    return { ...common, ...describeMissing(alone, chain, available), conflict: false };
  }
  return { ...common, ...describeConflict(failure, available), conflict: true };
}

/** The constraint that nothing published grants, whatever the others say. */
async function findUnanswered(
  packageId: string,
  constraints: readonly Constraint[],
  universe: Universe,
): Promise<Constraint | undefined> {
  // Beside a pin it is the pin that does not suit.
  if (constraints.some((constraint) => pinOf(constraint) !== undefined)) return undefined;
  for (const constraint of constraints) {
    if ((await universe.keys(packageId, [constraint])).length === 0) return constraint;
  }
  return undefined;
}

function describeMissing(wish: Constraint, chain: readonly string[], available: readonly string[]) {
  const what =
    available.length === 0
      ? `no version of it is published at ${wish.packageId}`
      : `${wish.packageId} has ${listVersions(available)}`;
  const [newest] = available;
  return {
    sentence: `${sayRequires(wish, chain)}, but ${what}.`,
    hint:
      newest === undefined
        ? 'check the name and the registry; a version is a tag like 1.2.0'
        : `ask for a range that is published: ${wish.name}@${newest} is the newest`,
  };
}

function describeConflict({ constraints, chains }: Failure, available: readonly string[]) {
  const name = constraints[0]?.name ?? '';
  const reasons = constraints.map((wish, index) => sayRequires(wish, chains[index] ?? []));
  const there = available.length > 0 ? ` There are ${listVersions(available)}.` : '';
  return {
    sentence: `No version of ${name} grants every requirement: ${joinWords(reasons)}.${there}`,
    hint: `change one of these ranges in skills.json, or ask for another version of what requires ${name}`,
  };
}

function describeTwins({ constraints, chains }: Failure) {
  const name = constraints[0]?.name ?? '';
  const places = [...new Set(constraints.map(({ packageId }) => packageId))];
  const reasons = constraints.map((wish, index) => `${wish.packageId} is required by ${sayChain(chains[index] ?? [])}`);
  return {
    sentence: `Two skills are called ${name}, ${joinWords(places)}, and one place holds one of a name: ${joinWords([...new Set(reasons)])}.`,
    hint: `list ${name} in skills.json with the source that is meant: it then counts for every dependency of that name`,
  };
}

function sayRequires(wish: Constraint, chain: readonly string[]): string {
  const pin = pinOf(wish);
  const range = pin === undefined ? normaliseRange(wish.range) : isDigest(pin) ? pin.slice(0, 19) : pin;
  const [asker = wish.from, ...above] = chain;
  const because = above.length > 0 ? ` (required by ${sayChain(above)})` : '';
  return `${asker}${because} requires ${wish.name}${range === '*' || range === '' ? '' : ` ${range}`}`;
}

function sayChain(chain: readonly string[]): string {
  return chain.join(', required by ');
}

function listVersions(versions: readonly string[]): string {
  const shown = versions.slice(0, shownVersions);
  const more = versions.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} older` : joinWords(shown);
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
