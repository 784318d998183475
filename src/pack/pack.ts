import { type Descriptor, type Digest, type ReadOnlyTarget, SkillsError } from '../core/index.ts';
import type { Problem, SkillManifest } from '../manifest/index.ts';
import type { WritableDialect } from './dialects/writers.ts';
import type { FileRecord } from './files/content-digest.ts';
import type { FolderFile, SkillFolder } from './files/folder.types.ts';
import type { TarSource } from './tar/plan.ts';
import { readVersionText } from './version/version-text.ts';
import { type PackedArtifact, writeArtifacts } from './write-artifacts.ts';

export interface PackOptions {
  /** Exact semver; a leading `v` is read. */
  readonly version: string;
  /** Take times from SOURCE_DATE_EPOCH, or the clock, instead of 1970. */
  readonly timestamps?: boolean;
  /** Every one becomes an artifact; `agentskills` alone where none is named. */
  readonly dialects?: readonly WritableDialect[] | undefined;
  /** For the annotation `org.opencontainers.image.revision`: a commit. */
  readonly revision?: string | undefined;
  /** For the annotation `org.opencontainers.image.source`: a URL; the manifest's `repository` where it is absent. */
  readonly source?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A skill as artifacts, ready to be copied to a registry. Dispose of it: a large layer lies in a temporary file. */
export interface PackedSkill extends AsyncDisposable {
  readonly name: string;
  readonly version: string;
  readonly manifest: SkillManifest;
  /** Warnings of the manifest's readers. */
  readonly problems: readonly Problem[];
  /** One for each dialect, in the order in which they were named. */
  readonly artifacts: readonly PackedArtifact[];
  /** Of the first artifact: its OCI manifest, or the index over several. */
  readonly descriptor: Descriptor;
  /** Of the first artifact. */
  readonly layer: Descriptor;
  /** Of the first artifact. */
  readonly config: Descriptor;
  readonly contentDigest: Digest;
  /** Sorted by path. */
  readonly files: readonly FileRecord[];
  /** Serves exactly the artifacts; resolves their tags and digests, and the version as the first of them. */
  readonly target: ReadOnlyTarget;
  /** Whether SKILL.md was generated, because the folder has none. */
  readonly generated: boolean;
}

const skillMd = 'SKILL.md';

/**
 * Packs a skill folder. The same folder, version and dialect give the same digests on every machine.
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
  const { source, revision, signal, dialects = ['agentskills'] } = options;
  const written = await writeArtifacts(
    { manifest, version, source, revision, generated: generated.map(({ path }) => path) },
    { files: [...files, ...generated], seconds: timeOf(options), dialects, signal },
  );
  return { name: manifest.name, version, manifest, problems, generated: generated.length > 0, ...written };
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
