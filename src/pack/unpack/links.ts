import type { FileRecord } from '../files/content-digest.ts';
import { quotePath, unsafeArchive } from '../refusals.ts';

/** A link of an archive, both paths in the tree. */
export interface PendingLink {
  readonly path: string;
  readonly target: string;
}

/** More links than this in a chain are a loop (as Linux counts). */
const longestChain = 40;

/** The file that a link leads to, perhaps by others. @throws SkillsError ERR_ARCHIVE_UNSAFE where it leads to none. */
export function followLink(
  link: PendingLink,
  files: ReadonlyMap<string, FileRecord>,
  links: ReadonlyMap<string, PendingLink>,
): FileRecord {
  let { target } = link;
  for (let hops = 0; hops < longestChain; hops++) {
    const file = files.get(target);
    if (file) return file;
    const next = links.get(target);
    if (!next) throw leadsNowhere(link, target, files);
    target = next.target;
  }
  throw unsafeArchive('link-loop', `the link ${quotePath(link.path)} leads to itself`, link.path);
}

function leadsNowhere({ path }: PendingLink, target: string, files: ReadonlyMap<string, FileRecord>) {
  const below = `${target.replace(/\/$/, '')}/`;
  const isFolder = target === '.' || [...files.keys()].some((file) => file.startsWith(below));
  return isFolder
    ? unsafeArchive('link-folder', `the link ${quotePath(path)} leads to a folder`, path)
    : unsafeArchive('link-dangling', `the link ${quotePath(path)} leads to nothing in the archive`, path);
}
