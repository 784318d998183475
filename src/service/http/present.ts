import {
  type SearchResult,
  type SkillDetail,
  type SkillRelease,
  type SkillSummary,
  skillPath,
} from '../../api/index.ts';
import type { SearchHit, SkillEntry, VersionEntry, VersionLine } from '../../catalogue/index.ts';

/** Entries of the catalogue as the API shows them. */
export interface Presenter {
  summary(entry: SkillEntry): SkillSummary;
  detail(entry: SkillEntry): SkillDetail;
  /** One version of a skill, with the list of all. */
  version(entry: SkillEntry, version: VersionEntry): SkillDetail;
  result(hit: SearchHit): SearchResult;
}

/** @param base gives the URL of the index, without a slash at the end, once it listens. */
export function createPresenter(base: () => string): Presenter {
  const summary = (entry: SkillEntry) => summarise(base(), entry, entry.versions);
  return {
    summary,
    detail: (entry) => detail(base(), entry, entry.versions),
    version: (entry, version) => detail(base(), version, entry.versions),
    result: ({ skill, score }) => ({ ...summary(skill), score }),
  };
}

function summarise(base: string, entry: VersionEntry, versions: readonly VersionLine[]): SkillSummary {
  const { name, version, description, repository, tag, layer, digest } = entry;
  return {
    name,
    version,
    description,
    author: entry.author ?? null,
    tags: [...entry.tags],
    // Nothing is counted and nobody rates yet: 0 would be a claim.
    downloads: null,
    rating: null,
    createdAt: entry.firstSeen,
    updatedAt: entry.lastChanged,
    versions: versions.map((line) => line.version),
    downloadUrl: downloadUrl(base, repository, version),
    checksum: layer.digest,
    homepage: entry.homepage ?? null,
    dependencies: { ...entry.dependencies },
    reference: `${repository}:${tag}`,
    digest,
    repository,
    scope: entry.scope ?? null,
    license: entry.license ?? null,
    abilities: [...entry.abilities],
    size: layer.size,
  };
}

function detail(base: string, entry: VersionEntry, versions: readonly VersionLine[]): SkillDetail {
  return {
    ...summarise(base, entry, versions),
    contentDigest: entry.contentDigest ?? null,
    manifest: { ...entry.manifest },
    releases: versions.map((line) => release(base, entry.repository, line)),
  };
}

function release(
  base: string,
  repository: string,
  { version, tag, digest, layer, firstSeen }: VersionLine,
): SkillRelease {
  return {
    version,
    reference: `${repository}:${tag}`,
    digest,
    checksum: layer.digest,
    downloadUrl: downloadUrl(base, repository, version),
    size: layer.size,
    createdAt: firstSeen,
  };
}

function downloadUrl(base: string, repository: string, version: string): string {
  return base + skillPath(repository, version, 'download');
}
