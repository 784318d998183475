import { resolve } from 'node:path';
import { canListTags, type Reference, type Target } from '../core/index.ts';
import { openLayout } from '../oci/index.ts';
import { readArtifact } from '../pack/index.ts';
import type { SkillSource, SourceContext } from './types.ts';

/** A repository of a registry. */
export function openOciSource({ registry, repository }: Reference, context: SourceContext): SkillSource {
  return sourceOf('oci', context.registry(registry).repository(repository), context);
}

/** An image-layout folder; its tags are what a repository's are. */
export function openLayoutSource(path: string, context: SourceContext): SkillSource {
  return sourceOf('layout', openLayout(resolve(context.cwd, path)), context);
}

function sourceOf(kind: 'oci' | 'layout', target: Target, { signal }: SourceContext): SkillSource {
  return {
    kind,
    keys: async () => (canListTags(target) ? Array.fromAsync(target.tags({ signal })) : []),
    open: async (key) => ({ artifact: await readArtifact(target, key, { signal }), target }),
    [Symbol.asyncDispose]: async () => {},
  };
}
