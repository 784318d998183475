export { NamedLayout } from './named.ts';
export { isArchivePath, openLayoutAt } from './open.ts';
export { ArchiveTarget } from './target.ts';
