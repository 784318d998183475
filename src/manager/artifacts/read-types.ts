import {
  type Cancellable,
  type Descriptor,
  fetchBytes,
  type ImageIndex,
  type ImageManifest,
  isIndexType,
  isSkillsError,
  parseIndex,
  parseManifest,
  type ReadOnlyTarget,
} from '../../core/index.ts';

export interface ManifestTypes {
  /** The manifest's own, else the media type of its config; of an index without one, the index's media type. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const predicateAnnotation = 'dev.sigstore.bundle.predicateType';
/** Bytes of a sigstore bundle that is opened for its predicate type. */
const largestBundle = 4 * 1024 * 1024;

/** What a manifest says of itself. One that cannot be read says nothing. */
export async function readTypes(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  options: Cancellable,
): Promise<ManifestTypes> {
  const document = await readDocument(target, descriptor, options);
  if (document === undefined) return { artifactType: descriptor.artifactType ?? '', annotations: {} };
  const fallback = 'config' in document ? document.config.mediaType : descriptor.mediaType;
  return { artifactType: document.artifactType || fallback, annotations: document.annotations ?? {} };
}

/** What a sigstore bundle states: by the annotation, else from the bundle itself. Undefined where neither tells. */
export async function readPredicateType(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  listed: Readonly<Record<string, string>>,
  options: Cancellable,
): Promise<string | undefined> {
  if (listed[predicateAnnotation]) return listed[predicateAnnotation];
  const document = await readDocument(target, descriptor, options);
  const own = document?.annotations?.[predicateAnnotation];
  if (own || document === undefined || !('layers' in document)) return own;
  const [layer] = document.layers;
  return layer && layer.size <= largestBundle ? readStatement(target, layer, options) : undefined;
}

async function readDocument(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  options: Cancellable,
): Promise<ImageManifest | ImageIndex | undefined> {
  return unlessBroken(async () => {
    const bytes = await fetchBytes(target, descriptor, undefined, options);
    return isIndexType(descriptor.mediaType) ? parseIndex(bytes) : parseManifest(bytes);
  });
}

type Bundle = { readonly dsseEnvelope?: { readonly payload?: unknown } } | null;
type Statement = { readonly predicateType?: unknown } | null;

/** `predicateType` of the in-toto statement in a bundle's DSSE envelope. Nothing is verified here. */
async function readStatement(
  target: ReadOnlyTarget,
  layer: Descriptor,
  options: Cancellable,
): Promise<string | undefined> {
  return unlessBroken(async () => {
    const bundle: Bundle = JSON.parse(
      Buffer.from(await fetchBytes(target, layer, largestBundle, options)).toString('utf8'),
    );
    const payload = String(bundle?.dsseEnvelope?.payload);
    const statement: Statement = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
    return typeof statement?.predicateType === 'string' ? statement.predicateType : undefined;
  });
}

/** One broken or missing manifest must not hide the others; a network that fails still does. */
async function unlessBroken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN', 'ERR_ARTIFACT_INVALID', 'ERR_UNTRUSTED')) {
      return undefined;
    }
    throw error;
  }
}
