export type { SearchResult, SearchResults, SkillDetail, SkillRelease, SkillSummary, TagCount } from '../api/index.ts';
export type {
  Capabilities,
  CodeInline,
  CodeSession,
  Confirmation,
  ContextFiles,
  Conversation,
  Development,
  Executable,
  Execution,
  Feature,
  FrameworkSupport,
  Grade,
  Knowledge,
  Observability,
  ParameterType,
  Performance,
  Platform,
  Problem,
  PromptInline,
  PromptParameter,
  RecipeFiles,
  Resilience,
  ResourceLimits,
  SessionSettings,
  SigningIntent,
  SkillContents,
  SkillDependency,
  SkillFiles,
  SkillInclude,
  SkillManifest,
  TextFix,
} from '../manifest/index.ts';
export type { CredentialSource, Credentials, Mirror } from '../oci/index.ts';
export type { RegistryFinding, RegistryProduct } from '../oci/probe/index.ts';
export type { FileRecord, WritableDialect } from '../pack/index.ts';
export type { DeclaredTool, Skill } from '../runtime/index.ts';
export type { OfferedSkill } from '../sources/index.ts';
export type { ArtifactKind } from './artifacts/artifact-kinds.ts';
export type { Artifacts } from './artifacts/artifacts.ts';
export type { AttachOptions, AttachReport } from './artifacts/attach.ts';
export type { ConvertedForm, ConvertOptions, ConvertReport } from './artifacts/convert.ts';
export type { LoadBundleOptions, LoadBundleReport } from './artifacts/copying/bundle-load.ts';
export type { BundledSkill, SaveBundleOptions, SaveBundleReport } from './artifacts/copying/bundle-save.ts';
export type { TagChoice } from './artifacts/copying/choose-tags.ts';
export type { CopyArtifactOptions, CopyReport } from './artifacts/copying/copy.ts';
export type { MirrorOptions, MirrorReport } from './artifacts/copying/mirror.ts';
export type { CopyFailure, RepositoryReport } from './artifacts/copying/repositories.ts';
export type { CopyCounts } from './artifacts/copying/tally.ts';
export type { DeleteOptions, DeleteReport } from './artifacts/delete.ts';
export type { ArtifactNode, DiscoverOptions } from './artifacts/discover.ts';
export type { ArtifactPart, ArtifactReport } from './artifacts/inspect.ts';
export type { ProbeOptions, RegistryReport } from './artifacts/probe.ts';
export type { ResolveReport } from './artifacts/resolve.ts';
export type { TagChange, TagOptions, TagReport } from './artifacts/tag.ts';
export type { TagKind } from './artifacts/tag.types.ts';
export type { TagEntry, TagsOptions, TagsReport } from './artifacts/tags.ts';
export type { InitOptions, InitReport } from './authors/init.ts';
export type { PackCommandOptions } from './authors/pack.ts';
export type { PublishOptions } from './authors/publish.ts';
export type { PushOptions } from './authors/push.ts';
export type { ValidateOptions } from './authors/validate.ts';
export type { Collections } from './collections/collections.ts';
export type {
  CollectedSkill,
  CollectionOptions,
  CollectionPushReport,
  CollectionReport,
  CollectionWords,
} from './collections/types.ts';
export type { PullOptions } from './discovery/pull.ts';
export type { UninstallOptions } from './install/uninstall.ts';
export type { UpdateOptions } from './install/update.ts';
export type { Config } from './machine/config.ts';
export type { LoginCredentials, LoginReport, LogoutReport, StoredCredentials } from './machine/login.ts';
export type { AddRegistryOptions, Registries } from './machine/registries.ts';
export { SkillManager } from './manager.ts';
export type { NetworkConfig } from './settings/network.ts';
export type { RegistryLogin } from './settings/registry-login.ts';
export { findProject, homeOf, type Settings } from './settings/settings.ts';
export type * from './types.ts';
