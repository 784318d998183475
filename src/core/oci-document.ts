import type { Descriptor, ImageIndex, ImageManifest } from './descriptor.ts';
import { isIndexType, mediaTypes } from './descriptor.ts';
import { isDigest } from './digest.ts';
import { SkillsError } from './errors.ts';
import { limits } from './limits.ts';
import { readAll } from './stream.ts';
import type { Cancellable, ReadOnlyTarget } from './target.ts';

// Checked by hand and not by a schema library: this is on the way of every command that touches a registry, and zod
// alone would cost them 15 ms.

/** Parses an image manifest. @throws SkillsError ERR_ARTIFACT_INVALID, naming the part that is wrong. */
export function parseManifest(bytes: Uint8Array): ImageManifest {
  const document = parseDocument(bytes);
  const config = parseDescriptor(document.config, 'config');
  const layers = descriptors(document.layers, 'layers');
  return { ...withTexts(document, ''), config, layers, ...subjectOf(document) } as unknown as ImageManifest;
}

/** Parses an image index. @throws SkillsError ERR_ARTIFACT_INVALID, naming the part that is wrong. */
export function parseIndex(bytes: Uint8Array): ImageIndex {
  const document = parseDocument(bytes);
  return {
    ...withTexts(document, ''),
    manifests: descriptors(document.manifests, 'manifests'),
    ...subjectOf(document),
  } as unknown as ImageIndex;
}

/** The media type that a manifest states of itself, or the one that its shape shows. */
export function manifestTypeOf(bytes: Uint8Array): string {
  const document = parseDocument(bytes);
  if (typeof document.mediaType === 'string') return document.mediaType;
  return Array.isArray(document.manifests) ? mediaTypes.imageIndex : mediaTypes.imageManifest;
}

/** What a manifest or index names: config and layers, or manifests; its subject apart. */
export function linksOf(
  descriptor: Descriptor,
  bytes: Uint8Array,
): { content: readonly Descriptor[]; subject?: Descriptor } {
  const { subject, content } = isIndexType(descriptor.mediaType)
    ? pick(parseIndex(bytes), (index) => index.manifests)
    : pick(parseManifest(bytes), (manifest) => [manifest.config, ...manifest.layers]);
  return subject ? { content, subject } : { content };
}

/** Reads small content whole, checked. @throws SkillsError ERR_ARTIFACT_INVALID above `limit` bytes. */
export async function fetchBytes(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  limit: number = limits.manifestBytes,
  options: Cancellable = {},
): Promise<Uint8Array> {
  if (descriptor.size > limit) {
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `${descriptor.digest} has ${descriptor.size} bytes; ${limit} are accepted here`,
    );
  }
  return readAll(await target.fetch(descriptor, options), limit, descriptor.digest);
}

/** @param path names the place in the document, for the error. */
export function parseDescriptor(value: unknown, path: string): Descriptor {
  if (!isRecord(value)) throw invalid(`"${path}" is not a descriptor`);
  if (typeof value.mediaType !== 'string') throw invalid(`"${path}.mediaType" is missing`);
  if (!isDigest(value.digest)) throw invalid(`"${path}.digest" is not a digest`);
  if (!Number.isSafeInteger(value.size) || (value.size as number) < 0) throw invalid(`"${path}.size" is not a size`);
  if (value.data !== undefined && typeof value.data !== 'string') throw invalid(`"${path}.data" is not base64 text`);
  return withTexts(value, `${path}.`) as unknown as Descriptor;
}

/**
 * What all of them may have: an artifactType that is a text, and annotations that are a map of texts (annotations.md, "Rules").
 * `null` is how some writers say that there are none.
 */
function withTexts(value: Record<string, unknown>, path: string): Record<string, unknown> {
  const { artifactType, annotations, ...rest } = value;
  if (isPresent(artifactType) && typeof artifactType !== 'string') throw invalid(`"${path}artifactType" is not a text`);
  if (isPresent(annotations) && !isTextMap(annotations)) throw invalid(`"${path}annotations" is not a map of texts`);
  return {
    ...rest,
    ...(isPresent(artifactType) ? { artifactType } : {}),
    ...(isPresent(annotations) ? { annotations } : {}),
  };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isTextMap(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'string');
}

function parseDocument(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', 'the manifest is not JSON', { cause });
  }
  if (!isRecord(value) || value.schemaVersion !== 2) throw invalid('it has no "schemaVersion": 2');
  return value;
}

function descriptors(value: unknown, path: string): Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`"${path}" is not a list`);
  return value.map((item, index) => parseDescriptor(item, `${path}[${index}]`));
}

function subjectOf(document: Record<string, unknown>): { subject?: Descriptor } {
  return document.subject === undefined || document.subject === null
    ? {}
    : { subject: parseDescriptor(document.subject, 'subject') };
}

function pick<T extends { subject?: Descriptor }>(document: T, content: (document: T) => readonly Descriptor[]) {
  return { subject: document.subject, content: content(document) };
}

function invalid(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `the manifest cannot be read: ${why}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
