import { join } from 'node:path';
import { digestHex, sha256, writeFileAtomic } from '../core/index.ts';
import { isIgnoring } from './ignore.ts';
import { readOwnJson } from './json-file.ts';

/** Whether a project commits its skills or has them ignored by git. */
export type VendorChoice = 'vendor' | 'ignore';

interface ChoiceFile {
  readonly format: 1;
  readonly project: string;
  readonly choice: VendorChoice;
}

/** The answer that was given once for a project; its `.gitignore` tells it to everybody who clones it. */
export function readChoice(projects: string, project: string): VendorChoice | undefined {
  if (isIgnoring(project)) return 'ignore';
  const file = readOwnJson<ChoiceFile>(choicePath(projects, project), 1);
  return file?.project === project ? file.choice : undefined;
}

export function writeChoice(projects: string, project: string, choice: VendorChoice): void {
  const file: ChoiceFile = { format: 1, project, choice };
  writeFileAtomic(choicePath(projects, project), JSON.stringify(file));
}

function choicePath(projects: string, project: string): string {
  return join(projects, `${digestHex(sha256(project)).slice(0, 32)}.json`);
}
