export { type PackFolderOptions, packFolder } from './pack-folder.ts';
export { SourcePool } from './resolve.ts';
export type {
  GitCommit,
  OfferedSkill,
  OpenedSkill,
  SkillSource,
  SourceContext,
  SourceKind,
  SourceSpec,
  WhatOfArtifact,
} from './types.ts';
