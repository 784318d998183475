import {
  type Descriptor,
  mediaTypes,
  type Platform,
  sha256,
  streamOf,
  type Target,
} from '../../../../src/core/index.ts';

/** Content with its descriptor. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** What some tool has published: everything in the order of its push, the root last. */
export interface Fixture {
  readonly parts: readonly Blob[];
  readonly root: Blob;
}

export type Annotations = Readonly<Record<string, string>>;

export function blob(mediaType: string, content: string | Uint8Array, more: Partial<Descriptor> = {}): Blob {
  const bytes = Buffer.from(content);
  return { descriptor: { mediaType, digest: sha256(bytes), size: bytes.length, ...more }, bytes };
}

export function json(mediaType: string, value: unknown, more: Partial<Descriptor> = {}): Blob {
  return blob(mediaType, JSON.stringify(value), more);
}

export const emptyConfig = blob(mediaTypes.emptyConfig, '{}');

interface ManifestFields {
  readonly artifactType?: string;
  readonly annotations?: Annotations;
  readonly mediaType?: string;
}

/** A manifest; keys in the order of the Go structs. */
export function manifestOf(config: Blob, layers: readonly Blob[], fields: ManifestFields = {}): Fixture {
  const mediaType = fields.mediaType ?? mediaTypes.imageManifest;
  const { artifactType, annotations } = fields;
  const document = {
    schemaVersion: 2,
    mediaType,
    artifactType,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations,
  };
  const root = json(mediaType, document);
  const bare = [config, ...layers].map(({ descriptor: { annotations: _, data: __, ...rest }, bytes }) => ({
    descriptor: { ...rest, size: bytes.length },
    bytes,
  }));
  return { parts: [...bare, root], root };
}

export interface IndexChild {
  readonly fixture: Fixture;
  readonly platform?: Platform;
  readonly more?: object;
}

export function indexOf(children: readonly IndexChild[], fields: ManifestFields = {}): Fixture {
  const mediaType = fields.mediaType ?? mediaTypes.imageIndex;
  const { artifactType, annotations } = fields;
  const manifests = children.map(({ fixture, platform, more }) => ({ ...fixture.root.descriptor, platform, ...more }));
  const root = json(mediaType, { schemaVersion: 2, mediaType, artifactType, manifests, annotations });
  return { parts: [...children.flatMap(({ fixture }) => fixture.parts), root], root };
}

/** Pushes what a tool has published. */
export async function publish(target: Target, { parts, root }: Fixture, ...tags: readonly string[]): Promise<void> {
  for (const { descriptor, bytes } of parts) await target.push(descriptor, () => streamOf(bytes));
  for (const tag of tags) await target.tag(root.descriptor, tag);
}
