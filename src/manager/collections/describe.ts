import type { Descriptor, Digest } from '../../core/index.ts';
import { type CollectionFacts, type CollectionMember, membersOf } from '../../pack/index.ts';
import type { CollectedSkill, CollectionReport } from './types.ts';

/** A collection in the words of its report. */
export function describeCollection(
  { name, version, title, description }: CollectionFacts,
  entries: readonly Descriptor[],
  place: { readonly reference: string; readonly digest: Digest },
): CollectionReport {
  return {
    name,
    ...place,
    ...(version === undefined ? {} : { version }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    skills: describeMembers(membersOf({ schemaVersion: 2, manifests: entries })),
  };
}

/** Sorted by name. */
export function describeMembers(members: readonly CollectionMember[]): readonly CollectedSkill[] {
  return members.map(describeMember).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function describeMember({ name, version, description, reference, digest }: CollectionMember): CollectedSkill {
  return {
    name: name ?? nameIn(reference) ?? digest ?? '',
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(reference === undefined ? {} : { reference }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Some writers name no skill but where it is: its repository is called as it is. */
function nameIn(reference: string | undefined): string | undefined {
  return /([^/:@]+)(?::[^/@]+)?(?:@.*)?$/.exec(reference ?? '')?.[1];
}
