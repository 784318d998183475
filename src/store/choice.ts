import { join } from 'node:path';
import { digestHex, sha256 } from '../core/index.ts';
import type { StorePaths } from './home.ts';
import { isIgnoring } from './ignore.ts';
import { readOwnJson } from './json-file.ts';
import { writeStaged } from './staging.ts';

/** Whether a project commits its skills or has them ignored by git. */
export type VendorChoice = 'vendor' | 'ignore';

interface ChoiceFile {
  readonly format: 1;
  readonly project: string;
  readonly choice: VendorChoice;
}

/** The answer that was given once for a project; its `.gitignore` tells it to everybody who clones it. */
export function readChoice(paths: StorePaths, project: string): VendorChoice | undefined {
  if (isIgnoring(project)) return 'ignore';
  const file = readOwnJson<ChoiceFile>(choicePath(paths.projects, project), 1);
  return file?.project === project ? file.choice : undefined;
}

export function writeChoice(paths: StorePaths, project: string, choice: VendorChoice): void {
  const file: ChoiceFile = { format: 1, project, choice };
  writeStaged(paths.staging, choicePath(paths.projects, project), JSON.stringify(file));
}

function choicePath(projects: string, project: string): string {
  return join(projects, `${digestHex(sha256(project)).slice(0, 32)}.json`);
}
