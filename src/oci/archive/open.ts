import { statSync } from 'node:fs';
import { SkillsError } from '../../core/index.ts';
import { type LayoutTarget, openLayout } from '../layout/layout.ts';
import { ArchiveTarget } from './target.ts';

/** Whether a layout at this path is a file: there is one, or there is nothing and the name ends in `.tar`. */
export function isArchivePath(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? stat.isFile() : /\.tar$/i.test(path);
}

/**
 * Opens an image layout, in a folder or in a tar file; nothing is read or written yet.
 *
 * @throws SkillsError ERR_USAGE for a name that promises a compressed tar
 */
export function openLayoutAt(path: string): LayoutTarget | ArchiveTarget {
  if (isArchivePath(path)) return new ArchiveTarget(path);
  if (!/\.(?:tgz|tar\.[a-z0-9]+)$/i.test(path) || statSync(path, { throwIfNoEntry: false })) return openLayout(path);
  throw new SkillsError('ERR_USAGE', `${path}: layouts are written as plain tars, not compressed`, {
    hint: 'let its name end in .tar; what is in it is compressed already',
  });
}
