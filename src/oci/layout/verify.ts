import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Descriptor,
  type Digest,
  isDigest,
  isManifestType,
  linksOf,
  parseDigest,
  SkillsError,
  toSkillsError,
} from '../../core/index.ts';
import { BlobStore } from './blob-store.ts';
import { blobsFolder } from './constants.ts';
import { hashFile } from './hash-file.ts';
import { LayoutIndex } from './layout-index.ts';

/** Something that is wrong in a layout. */
export interface LayoutProblem {
  /**
   * `corrupt`: a file whose content is not what its name says. `missing`: index.json lists what is not there.
   * `incomplete`: a manifest names content that is not there. `invalid`: index.json, oci-layout or a manifest cannot be
   * read. `stray`: a file among the blobs that is none.
   */
  readonly kind: 'corrupt' | 'missing' | 'incomplete' | 'invalid' | 'stray';
  readonly digest?: Digest;
  readonly message: string;
}

export interface LayoutReport {
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
  /** Manifests reached from index.json. */
  readonly manifests: number;
  /** Empty where all is well. */
  readonly problems: readonly LayoutProblem[];
}

/**
 * Checks a whole layout: the digest of every blob, and that index.json and every manifest name only what is there.
 *
 * Uploads that were not finished are no problem. @throws SkillsError ERR_NOT_FOUND where there is no layout.
 */
export async function verifyLayout(dir: string): Promise<LayoutReport> {
  if (!existsSync(join(dir, blobsFolder)) && !new LayoutIndex(dir, false, () => {}).present) {
    throw new SkillsError('ERR_NOT_FOUND', `${dir} is no image layout`);
  }
  const problems: LayoutProblem[] = [];
  const { blobs, bytes } = await checkBlobs(dir, problems);
  const manifests = checkIndex(dir, problems);
  return { blobs, bytes, manifests, problems };
}

async function checkBlobs(dir: string, problems: LayoutProblem[]) {
  let blobs = 0;
  let bytes = 0;
  for (const { path, name } of blobFiles(join(dir, blobsFolder))) {
    if (!isDigest(name)) {
      problems.push({ kind: 'stray', message: `${path} is no blob` });
      continue;
    }
    blobs++;
    bytes += statSync(path).size;
    const actual = await hashFile(path, name.startsWith('sha512:') ? 'sha512' : 'sha256');
    if (actual !== name) problems.push({ kind: 'corrupt', digest: name, message: `${path} has the digest ${actual}` });
  }
  return { blobs, bytes };
}

function* blobFiles(folder: string): Generator<{ path: string; name: string }> {
  for (const algorithm of listFolder(folder)) {
    const inside = join(folder, algorithm.name);
    if (!algorithm.isDirectory()) yield { path: inside, name: algorithm.name };
    else
      for (const file of listFolder(inside))
        yield { path: join(inside, file.name), name: `${algorithm.name}:${file.name}` };
  }
}

function listFolder(folder: string): Dirent[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
}

function checkIndex(dir: string, problems: LayoutProblem[]): number {
  const seen = new Set<Digest>();
  try {
    const walk = new ManifestWalk(new BlobStore(dir, false), problems, seen);
    for (const entry of new LayoutIndex(dir, false, () => {}).read().entries())
      walk.visit(entry, 'missing', 'index.json');
  } catch (error) {
    problems.push({ kind: 'invalid', message: toSkillsError(error).message });
  }
  return seen.size;
}

class ManifestWalk {
  readonly #blobs: BlobStore;
  readonly #problems: LayoutProblem[];
  readonly #seen: Set<Digest>;

  constructor(blobs: BlobStore, problems: LayoutProblem[], seen: Set<Digest>) {
    this.#blobs = blobs;
    this.#problems = problems;
    this.#seen = seen;
  }

  visit(descriptor: Descriptor, kind: 'missing' | 'incomplete', parent: string): void {
    const { digest, size } = descriptor;
    const held = this.#blobs.sizeOf(digest);
    if (held === undefined && mayBeElsewhere(descriptor)) return;
    if (held === undefined)
      this.#problems.push({ kind, digest, message: `${parent} names ${digest}, which is not there` });
    else if (size !== 0 && held !== size) {
      this.#problems.push({ kind, digest, message: `${parent} gives ${digest} ${size} bytes; it has ${held}` });
    } else if (isManifestType(descriptor.mediaType)) this.#enter(descriptor);
  }

  #enter(descriptor: Descriptor): void {
    const { digest } = descriptor;
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    try {
      const { content } = linksOf(descriptor, readFileSync(this.#blobs.pathOf(parseDigest(digest))));
      for (const child of content) this.visit(child, 'incomplete', digest);
    } catch (error) {
      this.#problems.push({ kind: 'invalid', digest, message: `${digest}: ${toSkillsError(error).message}` });
    }
  }
}

/** Layers that must not be distributed lie where their `urls` say (image-spec, layer.md). */
export function mayBeElsewhere({ mediaType, urls }: Descriptor): boolean {
  return mediaType.includes('nondistributable') || mediaType.includes('.foreign.') || (urls?.length ?? 0) > 0;
}
