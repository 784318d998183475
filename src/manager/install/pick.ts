import { lastSegment, SkillsError } from '../../core/index.ts';
import { asksForNothing } from '../../manifest/embedded/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import {
  type LockEntry,
  type LockedDependency,
  normaliseRange,
  type OtherSource,
  ociSource,
  parseSpec,
  type Solution,
  type SolvedPackage,
  tagOf,
} from '../../resolve/index.ts';
import type { OpenedSkill } from '../../sources/index.ts';
import type { StoredTree } from '../../store/index.ts';
import { versionOf } from '../naming.ts';
import type { Packages } from './packages.ts';

/** One version that the solution chose, opened. */
export interface Pick {
  readonly solved: SolvedPackage;
  readonly name: string;
  readonly version: string;
  readonly opened: OpenedSkill;
}

export async function openPick(packages: Packages, solved: SolvedPackage): Promise<Pick> {
  const opened = await packages.open(solved.packageId, solved.key);
  const { name } = opened.artifact.manifest;
  if (name !== solved.name && lastSegment(solved.name) !== name) {
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `${solved.packageId} holds a skill that is called "${name}", not "${solved.name}"`,
      {
        hint: `a skill stands in a repository or folder of its own name; to take it as it is: --skill ${name}`,
        data: { name },
      },
    );
  }
  return { solved, name, version: versionOf(solved.packageId, solved.key, opened), opened };
}

/** What an entry holds besides the pick itself. */
export interface LockFacts {
  /** Where its files lie, relative to the project. */
  readonly path: string;
  /** What skills.json asks for; a lock that said otherwise would not agree with it. */
  readonly asked: string | undefined;
  readonly solution: Solution;
}

/** The lock's entry of a pick. */
export function lockEntryOf(
  { solved, name, version, opened }: Pick,
  tree: StoredTree,
  { path, asked, solution }: LockFacts,
): LockEntry {
  const { artifact } = opened;
  const { mediaType, digest, size } = artifact.layer;
  const facts = {
    name,
    path,
    additionalPaths: [],
    version,
    ...(solved.direct ? { range: normaliseRange(asked) } : {}),
    contentDigest: tree.contentDigest,
    ...(artifact.layers.length === 1 ? { layer: { mediaType, digest, size } } : {}),
    manifestSize: artifact.descriptor.size,
    requiredBy: solved.requiredBy,
    dependencies: solved.dependencies.map((dependency) => lockedDependency(dependency, solution)),
    ...capabilitiesOf(artifact.manifest),
    unknown: {},
  };
  const spec = parseSpec(solved.packageId);
  if (spec.kind !== 'oci') return { ...facts, source: otherSource(solved.packageId, opened, { version, ref: asked }) };
  const { registry, repository } = spec.reference;
  const { skill } = spec;
  return {
    ...facts,
    source: ociSource({
      ...{ registry, repository, tag: tagOf(version), digest: artifact.descriptor.digest },
      ...(skill === undefined ? {} : { skill }),
      ...platformOf(artifact),
    }),
  };
}

function lockedDependency(
  { name, range, packageId, optional, satisfiedBy }: SolvedPackage['dependencies'][number],
  solution: Solution,
): LockedDependency {
  const standIn =
    satisfiedBy !== undefined && satisfiedBy !== packageId ? solution.packages.get(satisfiedBy)?.name : undefined;
  return { name, range, source: packageId, optional, ...(standIn ? { providedBy: standIn } : {}) };
}

function otherSource(
  packageId: string,
  { artifact, commit }: OpenedSkill,
  { version, ref }: { readonly version: string; readonly ref: string | undefined },
): OtherSource {
  const spec = parseSpec(packageId);
  const base = { spec: packageId, digest: artifact.descriptor.digest, unknown: {} };
  switch (spec.kind) {
    case 'git':
      return { ...base, type: 'git', ...(commit ? { commit: commit.commit } : {}), ...(ref ? { ref } : {}) };
    case 'layout':
      return { ...base, type: 'layout', tag: tagOf(version), ...platformOf(artifact) };
    case 'url':
    case 'file':
    case 'folder':
      return { ...base, type: spec.kind };
    default:
      throw new SkillsError('ERR_INTERNAL', `${packageId} cannot be locked`);
  }
}

function platformOf({ platform }: OpenedSkill['artifact']): { platform?: string } {
  return platform === undefined ? {} : { platform };
}

/** What the skill asks for is pinned too, so that a later version that asks for more can be seen. */
function capabilitiesOf({ capabilities }: SkillManifest): { capabilities?: unknown } {
  return asksForNothing(capabilities) ? {} : { capabilities };
}
