import { emptyLock, type Lockfile, readLock, readProject, type SkillsProject } from '../../resolve/index.ts';
import { lockFile, projectFile, readIfThere } from '../project.ts';

/** skills.json and skills.lock.json of a folder, as they are before a change. */
export interface State {
  readonly root: string;
  readonly project: SkillsProject;
  readonly projectText: string | undefined;
  readonly lock: Lockfile;
  readonly lockText: string | undefined;
}

export function readState(root: string): State {
  const projectText = readIfThere(projectFile(root));
  const lockText = readIfThere(lockFile(root));
  return {
    root,
    projectText,
    lockText,
    project: readProject(projectText, projectFile(root)),
    lock: lockText === undefined ? emptyLock : readLock(lockText, lockFile(root)),
  };
}
