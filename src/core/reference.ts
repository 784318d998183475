import { type Digest, isDigest, parseDigest } from './digest.ts';
import { SkillsError } from './errors.ts';

/** A repository in a registry, and what of it: `ghcr.io/acme/skills/pdf:1.2.0@sha256:…`. */
export interface Reference {
  /** Host with port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

// distribution-spec, "Pulling manifests"
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const longestName = 255;

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isRepositoryName(text: string): boolean {
  return text.length <= longestName && repositoryPattern.test(text);
}

/** Whether the first segment of a reference is a registry: it has a dot or a port, or is localhost (docker's rule). */
export function looksLikeRegistry(segment: string): boolean {
  return (segment === 'localhost' || /[.:]/.test(segment)) && hostPattern.test(segment);
}

/**
 * Parses `registry/repository[:tag][@digest]`. The registry must be named; there is no default one.
 *
 * `docker.io/x` becomes `docker.io/library/x`, as docker reads it. A leading `oci://` or `docker://` is accepted.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID
 */
export function parseReference(text: string): Reference {
  const { name, tag, digest } = splitReference(text.replace(/^(?:oci|docker):\/\//, ''));
  const slash = name.indexOf('/');
  const registry = slash < 0 ? '' : name.slice(0, slash);
  if (!looksLikeRegistry(registry)) {
    throw invalid(text, 'it does not begin with a registry', 'write it as registry.example.com/team/skill:1.0.0');
  }
  const path = name.slice(slash + 1);
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  checkRepository(text, registry, repository);
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** Splits `name[:tag][@digest]`; the name is not looked at. @throws SkillsError ERR_REFERENCE_INVALID */
function splitReference(text: string): { name: string; tag?: string; digest?: Digest } {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) {
    throw invalid(
      text,
      `"${tag}" is not a tag`,
      'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
    );
  }
  const name = tagged ? rest.slice(0, colon) : rest;
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

export function formatReference(reference: Reference): string {
  const tag = reference.tag ? `:${reference.tag}` : '';
  const digest = reference.digest ? `@${reference.digest}` : '';
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** @throws SkillsError ERR_REFERENCE_INVALID where `key` is neither a tag nor a digest. */
export function checkReferenceKey(key: string): string {
  if (isDigest(key) || isTag(key)) return key;
  throw invalid(key, 'it is neither a tag nor a digest');
}

/** The last segment of a repository: the skill's name by convention. */
export function lastSegment(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

function checkRepository(text: string, registry: string, repository: string): void {
  if (!repositoryPattern.test(repository)) {
    throw invalid(
      text,
      `"${repository}" is not a repository name`,
      'lower-case letters and digits, joined by ".", "_", "-" and "/"',
    );
  }
  if (registry.length + 1 + repository.length > longestName) {
    throw invalid(text, `registry and repository are longer than ${longestName} characters`);
  }
}

function invalid(text: string, why: string, hint?: string): SkillsError {
  return new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a reference: ${why}`, { hint });
}
