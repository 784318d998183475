import {
  type ContentSource,
  type Descriptor,
  type Digest,
  type ImageManifest,
  mediaTypes,
  SkillsError,
  sha256,
  streamOf,
  type Target,
} from '../../core/index.ts';
import type { Context } from '../context.ts';
import { type AttachedFile, isMediaType, readAttachedFile } from './attached-file.ts';
import { openEndpoint, resolveEndpoint } from './endpoint.ts';
import { inOneStep } from './in-one-step.ts';

export interface AttachOptions {
  /** What it is: a media type such as `application/spdx+json`. */
  readonly artifactType: string;
  /** `FILE` or `FILE:media/type`, relative to `cwd`. */
  readonly files?: readonly string[] | undefined;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface AttachReport {
  /** What was attached, by digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
  readonly artifactType: string;
  /** What it was attached to, by digest. */
  readonly subject: string;
  readonly files: readonly {
    readonly title: string;
    readonly mediaType: string;
    readonly digest: Digest;
    readonly size: number;
  }[];
}

interface Piece {
  readonly descriptor: Descriptor;
  readonly open: ContentSource;
}

/** OCI image-spec, manifest.md, "Guidance for an Empty Descriptor". */
const emptyDescriptor: Descriptor = {
  mediaType: mediaTypes.emptyConfig,
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' as Digest,
  size: 2,
};
const emptyContent: Piece = { descriptor: emptyDescriptor, open: () => streamOf(Buffer.from('{}')) };

/** Pushes an artifact that has another one as its subject, in the form that oras writes. */
export async function attach(context: Context, reference: string, options: AttachOptions): Promise<AttachReport> {
  const { artifactType, files: names = [], annotations = {} } = options;
  checkOptions(artifactType, names, annotations);
  const files: AttachedFile[] = [];
  for (const name of names) files.push(await readAttachedFile(context.settings.cwd, name));
  refuseSameTitles(files);
  const endpoint = await openEndpoint(context, reference, { writes: true });
  const subject = await resolveEndpoint(context, endpoint);
  const { descriptor, bytes } = writeManifest(artifactType, subject, files, annotations);
  const push = async (target: Target) => {
    for (const piece of [emptyContent, ...files]) await pushMissing(target, piece, context);
    // What is there is pushed again all the same: an interrupted push may not have listed it among the referrers.
    await target.push(descriptor, () => streamOf(bytes), { signal: context.signal });
  };
  await inOneStep(endpoint.target, push, context);
  const { digest, mediaType, size } = descriptor;
  return {
    reference: endpoint.describe(digest),
    digest,
    mediaType,
    size,
    artifactType,
    subject: endpoint.describe(subject.digest),
    files: files.map(({ title, descriptor: layer }) => ({
      title,
      mediaType: layer.mediaType,
      digest: layer.digest,
      size: layer.size,
    })),
  };
}

function checkOptions(
  artifactType: string,
  names: readonly string[],
  annotations: Readonly<Record<string, string>>,
): void {
  if (!isMediaType(artifactType)) {
    throw new SkillsError('ERR_USAGE', `"${artifactType}" is no artifact type`, {
      hint: 'it has the form of a media type: application/spdx+json, application/vnd.acme.review.v1',
    });
  }
  if (names.length === 0 && Object.keys(annotations).length === 0) {
    throw new SkillsError('ERR_USAGE', 'there is nothing to attach', {
      hint: 'name at least one file, or an annotation with --annotation key=value',
    });
  }
}

/** Readers unpack by title: one would overwrite the other. */
function refuseSameTitles(files: readonly AttachedFile[]): void {
  const twice = files.find(({ title }, at) => files.findIndex((other) => other.title === title) < at);
  if (twice === undefined) return;
  throw new SkillsError('ERR_CONFLICT', `two of the files are called ${twice.title}`, {
    hint: 'rename one, or attach them apart',
  });
}

function writeManifest(
  artifactType: string,
  { mediaType, digest, size }: Descriptor,
  files: readonly Piece[],
  annotations: Readonly<Record<string, string>>,
): { descriptor: Descriptor; bytes: Uint8Array } {
  const empty = { ...emptyDescriptor, data: 'e30=' };
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType,
    config: empty,
    // An artifact without content has the empty one as its layer: some registries refuse an empty list.
    layers: files.length > 0 ? files.map(({ descriptor }) => descriptor) : [empty],
    subject: { mediaType, digest, size },
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const descriptor = { mediaType: mediaTypes.imageManifest, digest: sha256(bytes), size: bytes.length, artifactType };
  return { descriptor, bytes };
}

async function pushMissing(target: Target, { descriptor, open }: Piece, { signal }: Context): Promise<void> {
  if (!(await target.exists(descriptor, { signal }))) await target.push(descriptor, open, { signal });
}
