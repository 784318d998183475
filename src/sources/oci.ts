import { resolve } from 'node:path';
import { canListTags, isDigest, type Reference, type Target } from '../core/index.ts';
import { NamedLayout, openLayoutAt } from '../oci/index.ts';
import { namingCollection, readArtifact } from '../pack/index.ts';
import type { SkillSource, SourceContext, WhatOfArtifact } from './types.ts';

/** A repository of a registry. */
export function openOciSource(
  { registry, repository }: Reference,
  what: WhatOfArtifact,
  context: SourceContext,
): SkillSource {
  const place = `${registry}/${repository}`;
  return sourceOf('oci', { target: context.registry(registry).repository(repository), place }, what, context);
}

/** An image layout, a folder or a tar: its tags are what a repository's are. It may hold several repositories. */
export function openLayoutSource(
  { path, repository }: { readonly path: string; readonly repository?: string },
  what: WhatOfArtifact,
  context: SourceContext,
): SkillSource {
  const layout = openLayoutAt(resolve(context.cwd, path));
  const target = repository === undefined ? layout : new NamedLayout(layout).repository(repository);
  const place = `oci-layout:${path}${repository === undefined ? '' : `:${repository}`}`;
  return sourceOf('layout', { target, place }, what, context);
}

function sourceOf(
  kind: 'oci' | 'layout',
  { target, place }: { readonly target: Target; readonly place: string },
  { skill, platform }: WhatOfArtifact,
  { signal }: SourceContext,
): SkillSource {
  return {
    kind,
    keys: async () => (canListTags(target) ? Array.fromAsync(target.tags({ signal })) : []),
    open: async (key) => {
      try {
        return { artifact: await readArtifact(target, key, { signal, skill, platform }), target };
      } catch (error) {
        throw namingCollection(error, `${place}${isDigest(key) ? '@' : ':'}${key}`);
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
