import {
  type ContentSource,
  type Descriptor,
  type Digest,
  type ImageManifest,
  mediaTypes,
  sha256,
  streamOf,
  type Target,
} from '../../../src/core/index.ts';

export interface Piece {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

export function piece(mediaType: string, content: string | Uint8Array): Piece {
  const bytes = Buffer.from(content);
  return { descriptor: { mediaType, digest: sha256(bytes), size: bytes.byteLength }, bytes };
}

export function manifest(config: Descriptor, layers: readonly Descriptor[], more: Partial<ImageManifest> = {}): Piece {
  const document = { schemaVersion: 2, mediaType: mediaTypes.imageManifest, config, layers, ...more };
  return piece(mediaTypes.imageManifest, JSON.stringify(document));
}

export function index(manifests: readonly Descriptor[], more: object = {}): Piece {
  const document = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests, ...more };
  return piece(mediaTypes.imageIndex, JSON.stringify(document));
}

/** A small artifact: a config, a layer, and the manifest that names them. */
export function artifact(content = 'the layer', more: Partial<ImageManifest> = {}) {
  const config = piece('application/vnd.example.config+json', '{}');
  const layer = piece('application/vnd.example.layer', content);
  return { config, layer, root: manifest(config.descriptor, [layer.descriptor], more) };
}

/** Puts pieces into a Target, in the order given. */
export async function store(target: Target, ...pieces: readonly Piece[]): Promise<void> {
  for (const { descriptor, bytes } of pieces) await target.push(descriptor, () => streamOf(bytes));
}

export function sourceOf(bytes: Uint8Array): ContentSource {
  return () => streamOf(bytes);
}

export const otherDigest = `sha256:${'1'.repeat(64)}` as Digest;
