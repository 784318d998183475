import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProject, type SkillsProject } from '../resolve/index.ts';

/** The text of a file that may not be there. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function projectFile(root: string): string {
  return join(root, 'skills.json');
}

export function lockFile(root: string): string {
  return join(root, 'skills.lock.json');
}

/** skills.json of a folder; one without it asks for nothing. */
export function readProjectAt(root: string): SkillsProject {
  const file = projectFile(root);
  return readProject(readIfThere(file), file);
}
