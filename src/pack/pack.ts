import { type Descriptor, type Digest, type ReadOnlyTarget, SkillsError, streamOf } from '../core/index.ts';
import type { Problem, SkillManifest } from '../manifest/index.ts';
import { dialects, type WrittenArtifact } from './dialects/index.ts';
import { contentDigestOf, type FileRecord } from './files/content-digest.ts';
import type { FolderFile, SkillFolder } from './files/folder.types.ts';
import { PackedTarget } from './packed-target.ts';
import type { Spool } from './spool.ts';
import { planTar, type TarSource } from './tar/plan.ts';
import { readVersionText } from './version/version-text.ts';
import { writeLayer } from './write-layer.ts';

export interface PackOptions {
  /** Exact semver; a leading `v` is read. */
  readonly version: string;
  /** Take times from SOURCE_DATE_EPOCH, or the clock, instead of 1970. */
  readonly timestamps?: boolean;
  readonly dialect?: 'agentskills';
  /** For the annotation `org.opencontainers.image.revision`: a commit. */
  readonly revision?: string;
  /** For the annotation `org.opencontainers.image.source`: a URL; the manifest's `repository` where it is absent. */
  readonly source?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A skill as an artifact, ready to be copied to a registry. Dispose of it: a large layer lies in a temporary file. */
export interface PackedSkill extends AsyncDisposable {
  readonly name: string;
  readonly version: string;
  readonly manifest: SkillManifest;
  /** Warnings of the manifest's readers. */
  readonly problems: readonly Problem[];
  /** Of the OCI manifest. */
  readonly descriptor: Descriptor;
  readonly layer: Descriptor;
  readonly config: Descriptor;
  readonly contentDigest: Digest;
  /** Sorted by path. */
  readonly files: readonly FileRecord[];
  /** Serves exactly manifest, config and layer; resolves the version, the tag it becomes, and the digest. */
  readonly target: ReadOnlyTarget;
  /** Whether SKILL.md was generated, because the folder has none. */
  readonly generated: boolean;
}

const skillMd = 'SKILL.md';

/**
 * Packs a skill folder. The same folder and version give the same digests on every machine.
 *
 * @throws SkillsError ERR_SKILL_INVALID with every error of its manifest, ERR_REFERENCE_INVALID for a version that is no
 * semver, ERR_IO where a file cannot be read.
 */
export async function pack(folder: SkillFolder, options: PackOptions): Promise<PackedSkill> {
  // Loaded here: the readers of every format come with it, and who only unpacks needs none of them.
  const { generateSkillMd, requireSkill } = await import('../manifest/index.ts');
  const { manifest: read, problems } = requireSkill(folder);
  const manifest = rightlySpelled(read);
  const version = checkVersion(options.version);
  const files = folder.files.map(rightlyNamed(folder));
  const generated = files.some(({ path }) => path === skillMd)
    ? []
    : [fileOf(skillMd, generateSkillMd(manifest, folder))];
  const seconds = timeOf(options);
  const layer = await writeLayer(planTar(manifest.name, [...files, ...generated], seconds), options.signal);
  try {
    const contentDigest = contentDigestOf(layer.files);
    const artifact = writeArtifact({
      ...{ manifest, version, contentDigest, files: layer.files, source: options.source, revision: options.revision },
      generated: generated.map(({ path }) => path),
      created: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
      layer: { digest: layer.spool.digest, size: layer.spool.size },
    });
    const { name } = manifest;
    const facts = { name, version, manifest, problems, contentDigest, files: layer.files };
    return { ...facts, generated: generated.length > 0, ...packedFrom(artifact, layer.spool, version) };
  } catch (error) {
    await layer.spool[Symbol.asyncDispose]();
    throw error;
  }
}

function writeArtifact(parts: Parameters<NonNullable<(typeof dialects)[number]['write']>>[0]): WrittenArtifact {
  const write = dialects.find(({ name }) => name === 'agentskills')?.write;
  if (!write) throw new SkillsError('ERR_INTERNAL', 'The dialect cannot be written');
  return write(parts);
}

function packedFrom({ descriptor, bytes, config, configBytes, layer }: WrittenArtifact, spool: Spool, version: string) {
  const contents = [
    { descriptor: config, open: () => streamOf(configBytes) },
    { descriptor: layer, open: () => spool.open() },
  ];
  // A tag has no "+"; build metadata is joined with "_" there.
  const target = new PackedTarget(descriptor, bytes, contents, [version, version.replaceAll('+', '_')]);
  return { descriptor, config, layer, target, [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose]() };
}

/** `skill.md` is packed as `SKILL.md`, which readers look for; both in one artifact would be one file on some machines. */
function rightlyNamed({ paths }: SkillFolder): (file: FolderFile) => FolderFile {
  const misspelled = paths.includes(skillMd) ? undefined : paths.find(isSkillMd);
  return (file) => (file.path === misspelled ? { ...file, path: skillMd } : file);
}

function rightlySpelled(manifest: SkillManifest): SkillManifest {
  return isSkillMd(manifest.instructionsFile) ? { ...manifest, instructionsFile: skillMd } : manifest;
}

function isSkillMd(path: string): boolean {
  return path.toLowerCase() === 'skill.md';
}

function fileOf(path: string, text: string): TarSource {
  const source = Buffer.from(text);
  return { path, size: source.length, executable: false, source };
}

function checkVersion(text: string): string {
  const version = readVersionText(text);
  if (version !== undefined) return version;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a version`, {
    hint: 'a version is three numbers, and perhaps a prerelease: 1.2.0, 2.0.0-beta.1 (semver.org)',
  });
}

/** Seconds since 1970 that every entry and the artifact are dated with; see reproducible-builds.org, SOURCE_DATE_EPOCH. */
function timeOf({ timestamps }: PackOptions): number {
  if (!timestamps) return 0;
  const stated = process.env.SOURCE_DATE_EPOCH;
  if (stated === undefined || stated === '') return Math.floor(Date.now() / 1000);
  if (/^\d{1,11}$/.test(stated)) return Number(stated);
  throw new SkillsError('ERR_USAGE', `SOURCE_DATE_EPOCH is "${stated}", which is no number of seconds`);
}
