export type { ReadArtifactOptions, SkillArtifact } from './artifact.types.ts';
export type { Collection, CollectionFacts, NewMember } from './collection/collection.types.ts';
export { memberDescriptor } from './collection/member-descriptor.ts';
export { readCollection } from './collection/read-collection.ts';
export { collectionEntry, collectionKeys, writeCollection } from './collection/write-collection.ts';
export { dialectTag, type WritableDialect } from './dialects/writers.ts';
export type { WrittenContent } from './dialects/written.types.ts';
export { contentDigestOf, type FileRecord } from './files/content-digest.ts';
export type { FolderFile, SkillFolder } from './files/folder.types.ts';
export { hashFiles, hashTree, type UnpackedTree } from './files/hash-tree.ts';
export { type OpenFolderOptions, openFolder } from './files/open-folder.ts';
export { holdArtifact } from './held-target.ts';
export { type OpenedPackage, openPackage } from './open-package.ts';
export { type PackedSkill, type PackOptions, pack } from './pack.ts';
export { type CollectionMember, countSkills, membersOf, namingCollection } from './platforms/collection.ts';
export { readArtifact } from './read-artifact.ts';
export type { Breakage, Refusal } from './refusals.ts';
export { tarOf } from './tar/tar-of.ts';
export type { ArchiveLimits } from './unpack/limits.ts';
export type { ArchiveRoot } from './unpack/tree-root.ts';
export type { UnpackOptions } from './unpack/unpack-into.ts';
export { unpackStream } from './unpack/unpack-tar.ts';
export { type UnpackArtifactOptions, unpackArtifact } from './unpack-artifact.ts';
export {
  type ChosenVersion,
  nextVersion,
  type PublishedVersion,
  pseudoVersion,
  type VersionOptions,
  type VersionOrigin,
  versionFor,
} from './version/version-for.ts';
export type { PackedArtifact } from './write-artifacts.ts';
export { packageFileName, writePackage } from './write-package.ts';
export { writeZip } from './zip/write.ts';
