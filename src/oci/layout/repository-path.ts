import { join } from 'node:path';
import { isRepositoryName, SkillsError } from '../../core/index.ts';
import { blobsFolder, indexFile, layoutFile } from './constants.ts';

// A repository lies inside the folder of another where one name continues the other: `a/blobs` must not fall into the
// blobs of `a`. The second part are names that Windows keeps for devices, with any ending.
const taken = new RegExp(
  `^(?:${[layoutFile, indexFile, blobsFolder].map((name) => name.replace('.', '\\.')).join('|')}|(?:con|prn|aux|nul|com\\d|lpt\\d)(?:\\..*)?)$`,
);

/**
 * The folder of a repository under `root`, one segment a folder. A segment that is taken gets a leading `_`, with which
 * no segment of a name begins. The name's grammar leaves no `..`, no absolute path and no hidden folder.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID
 */
export function repositoryPath(root: string, name: string): string {
  if (!isRepositoryName(name)) {
    throw new SkillsError('ERR_REFERENCE_INVALID', `"${name}" is not a repository name`, {
      hint: 'lower-case letters and digits, joined by ".", "_", "-" and "/"',
    });
  }
  return join(root, ...name.split('/').map((segment) => (taken.test(segment) ? `_${segment}` : segment)));
}

/** The segment that a folder stands for; undefined where the folder is none of a repository. */
export function segmentOf(folder: string): string | undefined {
  const segment = folder.startsWith('_') ? folder.slice(1) : folder;
  return taken.test(segment) === folder.startsWith('_') && isRepositoryName(segment) ? segment : undefined;
}
