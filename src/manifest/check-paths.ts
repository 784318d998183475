import { isInside } from './inside.ts';
import type { SkillManifest } from './manifest.types.ts';
import type { Draft, DraftField } from './reading/draft.ts';
import type { SkillFiles } from './skill-files.ts';

/** Checks every path inside the skill that a file names: it must stay inside, and be there. */
export function checkPaths(manifest: SkillManifest, drafts: readonly Draft[], files: SkillFiles): void {
  for (const { instructionsFile } of manifest.frameworks) {
    if (instructionsFile !== undefined) checkPath(instructionsFile, 'frameworks', drafts, files);
  }
  const named = drafts.some(({ fields }) => fields.instructionsFile !== undefined);
  if (named) checkPath(manifest.instructionsFile, 'instructionsFile', drafts, files);
  if (manifest.executable && !manifest.contents.executable) {
    checkPath(manifest.executable.module, 'executable', drafts, files);
  }
}

function checkPath(path: string, field: DraftField, drafts: readonly Draft[], files: SkillFiles): void {
  const draft = drafts.find(({ fields }) => fields[field] !== undefined);
  if (!draft) return;
  const place = draft.pathOf(field);
  if (!isInside(path)) {
    draft.report.error('file/outside', place, `${path} leads out of the skill`, {
      mend: 'write a path relative to the folder of the skill',
    });
  } else if (!files.paths.includes(path.replace(/^\.\//, ''))) {
    draft.report.warn('file/missing', place, `${path} is named here and is not there`, {
      mend: 'add the file, or take the name out',
    });
  }
}
