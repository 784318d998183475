import { resolve } from 'node:path';
import { canListTags, type Reference, type Target } from '../core/index.ts';
import { openLayout } from '../oci/index.ts';
import { readArtifact } from '../pack/index.ts';
import type { SkillSource, SourceContext, WhatOfArtifact } from './types.ts';

/** A repository of a registry. */
export function openOciSource(
  { registry, repository }: Reference,
  what: WhatOfArtifact,
  context: SourceContext,
): SkillSource {
  return sourceOf('oci', context.registry(registry).repository(repository), what, context);
}

/** An image layout; its tags are what a repository's are. */
export function openLayoutSource(path: string, what: WhatOfArtifact, context: SourceContext): SkillSource {
  return sourceOf('layout', openLayout(resolve(context.cwd, path)), what, context);
}

function sourceOf(
  kind: 'oci' | 'layout',
  target: Target,
  { skill, platform }: WhatOfArtifact,
  { signal }: SourceContext,
): SkillSource {
  return {
    kind,
    keys: async () => (canListTags(target) ? Array.fromAsync(target.tags({ signal })) : []),
    open: async (key) => ({ artifact: await readArtifact(target, key, { signal, skill, platform }), target }),
    [Symbol.asyncDispose]: async () => {},
  };
}
