import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type ContentSource, type Descriptor, Digester, mediaTypes, SkillsError } from '../../core/index.ts';

/** A file that becomes a layer. */
export interface AttachedFile {
  /** Its name, by which readers unpack it. */
  readonly title: string;
  readonly descriptor: Descriptor;
  readonly open: ContentSource;
}

/** The annotation that names the file; oras, and all who follow it, unpack by it. */
const titleAnnotation = 'org.opencontainers.image.title';

/** By the end of a file's name, the longest first. */
const knownTypes: readonly (readonly [ending: string, mediaType: string])[] = [
  ['.sigstore.json', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
  ['.intoto.jsonl', 'application/vnd.in-toto+json'],
  ['.spdx.json', 'application/spdx+json'],
  ['.cdx.json', 'application/vnd.cyclonedx+json'],
  ['.sarif.json', 'application/sarif+json'],
  ['.sarif', 'application/sarif+json'],
  ['.spdx', 'text/spdx'],
  ['.tar.gz', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  ['.tgz', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  ['.tar', 'application/vnd.oci.image.layer.v1.tar'],
  ['.json', 'application/json'],
  ['.yaml', 'application/yaml'],
  ['.yml', 'application/yaml'],
  ['.md', 'text/markdown'],
  ['.txt', 'text/plain'],
  ['.asc', 'application/pgp-signature'],
  ['.pdf', 'application/pdf'],
];

/**
 * Reads `FILE[:media/type]`; without a type, the name's ending decides.
 *
 * @throws SkillsError ERR_NOT_FOUND; ERR_USAGE for a folder.
 */
export async function readAttachedFile(cwd: string, text: string): Promise<AttachedFile> {
  const { path, mediaType } = splitType(cwd, text);
  const file = resolve(cwd, path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) {
    throw new SkillsError('ERR_NOT_FOUND', `there is no file ${path}`, {
      hint: 'write it as FILE or FILE:media/type, such as sbom.json:application/spdx+json',
    });
  }
  if (!stat.isFile())
    throw new SkillsError('ERR_USAGE', `${path} is no file`, { hint: 'pack a folder into one first' });
  const open = () => createReadStream(file);
  const digester = new Digester();
  for await (const piece of open()) digester.update(piece);
  const title = basename(file);
  const { size } = digester;
  const facts = { mediaType: mediaType ?? typeOf(file), digest: digester.digest(), size };
  return { title, descriptor: { ...facts, annotations: { [titleAnnotation]: title } }, open };
}

/** RFC 6838 section 4.2: `type/subtype`, with parameters left out. */
export function isMediaType(text: string): boolean {
  return /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/.test(text);
}

/** A path may hold a colon itself: what is there as a whole is meant as a whole. */
function splitType(cwd: string, text: string): { path: string; mediaType?: string } {
  const colon = text.lastIndexOf(':', text.lastIndexOf('/'));
  const mediaType = text.slice(colon + 1);
  if (colon <= 0 || !isMediaType(mediaType) || statSync(resolve(cwd, text), { throwIfNoEntry: false })) {
    return { path: text };
  }
  return { path: text.slice(0, colon), mediaType };
}

function typeOf(path: string): string {
  const name = basename(path).toLowerCase();
  return knownTypes.find(([ending]) => name.endsWith(ending))?.[1] ?? mediaTypes.octetStream;
}
