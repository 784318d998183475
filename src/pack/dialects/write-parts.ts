import { canonicalJson, type Descriptor, SkillsError, sha256 } from '../../core/index.ts';
import { embedManifest } from '../../manifest/embedded/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { annotationKeys } from './annotation-keys.ts';
import type { ArtifactParts, WrittenContent } from './written.types.ts';

/** This project's description of the skill, the same in every dialect: what a reader is to find under `package`. */
export function embedPackage({ manifest, version, files, contentDigest, generated }: ArtifactParts) {
  return {
    ...embedManifest({ ...manifest, version }),
    contentDigest,
    files: files.map(embedFile),
    generated: generated.length > 0 ? generated : undefined,
  };
}

/** `executable` only where it is true: the list is what makes a config large. */
function embedFile({ path, digest, size, executable }: FileRecord): Record<string, unknown> {
  return { path, digest, size, ...(executable ? { executable } : {}) };
}

/** What OCI itself has keys for. */
export function standardAnnotations({ manifest, version, created, source, revision }: ArtifactParts) {
  return withoutEmpty({
    [annotationKeys.created]: created,
    [annotationKeys.title]: manifest.name,
    [annotationKeys.description]: manifest.description,
    [annotationKeys.licenses]: manifest.license,
    [annotationKeys.version]: version,
    [annotationKeys.source]: source ?? manifest.repository,
    [annotationKeys.revision]: revision,
  });
}

export function withoutEmpty(annotations: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

/** A document as content; the same document gives the same bytes. */
export function jsonContent(
  document: unknown,
  facts: Pick<Descriptor, 'mediaType' | 'artifactType'>,
): WrittenContent & { readonly bytes: Buffer } {
  const bytes = Buffer.from(canonicalJson(document));
  return { descriptor: { ...facts, digest: sha256(bytes), size: bytes.length }, bytes };
}

/** @throws SkillsError ERR_SKILL_INVALID where the skill has so many files that their list is too long. */
export function checkConfigSize({ bytes }: WrittenContent, { files }: ArtifactParts, limit: number): void {
  if (bytes.length <= limit) return;
  throw new SkillsError(
    'ERR_SKILL_INVALID',
    `The description of the skill has ${bytes.length} bytes; ${limit} are possible`,
    { hint: `it has ${files.length} files: pack many small ones into one, or ignore some in .skillignore` },
  );
}
