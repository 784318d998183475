import { parseReference, type Reference, TrustError } from '../../core/index.ts';
import type { ArtifactReader } from './artifact-reader.ts';

/** A registry that this index reads, or the part of it below a prefix. */
export interface IndexedRegistry {
  readonly reader: ArtifactReader;
  /** `acme/skills`: without a slash at either end; absent for the whole registry. */
  readonly prefix?: string | undefined;
  /** Whether its list of repositories is read. Without, only what was announced is known. */
  readonly crawl: boolean;
}

export function formatScope({ reader, prefix }: IndexedRegistry): string {
  return prefix === undefined ? reader.host : `${reader.host}/${prefix}`;
}

export function isInScope({ prefix }: IndexedRegistry, repository: string): boolean {
  return prefix === undefined || repository === prefix || repository.startsWith(`${prefix}/`);
}

/**
 * The registry that a reference belongs to, and the reference.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID; TrustError ERR_UNTRUSTED where it is in no registry that is configured here.
 */
export function locate(
  text: string,
  registries: readonly IndexedRegistry[],
): { registry: IndexedRegistry; reference: Reference } {
  const reference = parseReference(text);
  const registry = registries.find(
    (candidate) => candidate.reader.host === reference.registry && isInScope(candidate, reference.repository),
  );
  if (registry) return { registry, reference };
  const served = registries.map(formatScope).join(', ') || 'none';
  throw new TrustError('ERR_UNTRUSTED', `this index does not read ${reference.registry}/${reference.repository}`, {
    hint: `it reads: ${served}`,
  });
}
