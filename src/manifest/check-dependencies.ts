import type { SkillManifest } from './manifest.types.ts';
import type { Draft } from './reading/draft.ts';

/** A skill that needs or includes itself can never be resolved. */
export function checkDependencies(manifest: SkillManifest, drafts: readonly Draft[]): void {
  for (const field of ['dependencies', 'includes'] as const) {
    if (!manifest[field].some(({ name }) => name === manifest.name)) continue;
    const draft = drafts.find(({ fields }) => fields[field] !== undefined);
    draft?.report.error('dependencies/self', draft.pathOf(field), `${manifest.name} names itself under ${field}`, {
      mend: `take ${manifest.name} out of ${field}`,
    });
  }
}
