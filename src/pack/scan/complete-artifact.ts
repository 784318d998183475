import { digestHex, isSkillName, isSkillsError, type ReadOnlyTarget, SkillsError } from '../../core/index.ts';
import type { SkillDependency, SkillManifest } from '../../manifest/index.ts';
import type { ReadArtifactOptions, SkillArtifact } from '../artifact.types.ts';
import { annotationKeys, type Dialect, type InventoryEntry } from '../dialects/index.ts';
import { contentDigestOf, type FileRecord } from '../files/content-digest.ts';
import { sortByPath } from '../paths.ts';
import { brokenArchive, quotePath } from '../refusals.ts';
import { defaultLimits } from '../unpack/limits.ts';
import { stripRoot } from '../unpack/tree-root.ts';
import { pseudoVersion } from '../version/version-for.ts';
import { readVersionText } from '../version/version-text.ts';
import { checkInventory } from './check-inventory.ts';
import { type LocatedSkill, locateSkill, noSuchSkill } from './locate-skill.ts';
import { readScannedManifest } from './read-manifest.ts';
import { scanLayers } from './scan-layers.ts';
import type { ScannedTree } from './tree-scanner.ts';

/** What was read of an artifact without its layers. */
type Incomplete = Omit<SkillArtifact, 'manifest' | 'root'>;

interface Known {
  readonly dialect: Dialect;
  readonly stated: SkillManifest | undefined;
  readonly requires: readonly SkillDependency[];
  readonly inventory: readonly InventoryEntry[] | undefined;
}

const defaultLargestScan = 256 * 1024 * 1024;

/** Reads out of its layers what an artifact does not state. Layers that are too large for that, and whose skill is named, are left. */
export async function completeArtifact(
  target: ReadOnlyTarget,
  artifact: Incomplete,
  { dialect, stated, requires, inventory }: Known,
  options: ReadArtifactOptions,
): Promise<SkillArtifact> {
  const size = artifact.layers.reduce((sum, layer) => sum + layer.size, 0);
  const largest = options.largestScan ?? defaultLargestScan;
  if (artifact.content === 'tar' && size > largest)
    return unread(artifact, dialect, stated && needing(stated, requires), { size, largest });
  const held = new Map(artifact.held);
  const limits = { ...defaultLimits, ...options.limits };
  const tree = await scanLayers(target, { ...artifact, held, limits }, options).catch((error: unknown) => {
    throw stated ? error : perhapsNoSkill(error);
  });
  if (inventory) checkInventory(tree.files, inventory);
  const located = locate(tree, dialect, stated, options.skill);
  const read = await readScannedManifest(tree, { folder: located.folder, name: nameOf(located) }, stated);
  const manifest = needing(read, requires);
  checkAsked(options.skill, located, manifest);
  const files = sortByPath(stripRoot(filesIn(tree, located), located));
  const version = readVersionText(artifact.version ?? '') ?? manifest.version;
  return {
    ...{
      ...withoutVersion(artifact),
      held,
      files,
      contentDigest: contentDigestOf(files),
      root: located.root,
      folder: located.folder,
    },
    ...(located.skills ? { skills: located.skills } : {}),
    ...(version === undefined ? { pseudoVersion: pseudoVersionOf(artifact) } : { version }),
    manifest: version === undefined ? manifest : { ...manifest, version },
  };
}

/** Of what nothing says that it is a skill, a broken layer is not the first thing to know. */
function perhapsNoSkill(error: unknown): unknown {
  if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID')) return error;
  const { message, data } = error;
  return new SkillsError('ERR_ARTIFACT_INVALID', `This is no skill, or a broken one: ${message}`, {
    cause: error,
    data,
  });
}

/** What its own files say of its needs goes before what the artifact says. */
function needing(manifest: SkillManifest, requires: readonly SkillDependency[]): SkillManifest {
  return manifest.dependencies.length > 0 ? manifest : { ...manifest, dependencies: requires };
}

/** What it states is not always a version. */
function withoutVersion({ version: _, ...rest }: Incomplete): Omit<Incomplete, 'version'> {
  return rest;
}

function pseudoVersionOf({ annotations, descriptor }: Incomplete): string {
  const created = Date.parse(annotations[annotationKeys.created] ?? '');
  const time = Number.isNaN(created) ? 0 : Math.floor(created / 1000);
  return pseudoVersion({ commit: digestHex(descriptor.digest), time });
}

function locate(
  tree: ScannedTree,
  dialect: Dialect,
  stated: SkillManifest | undefined,
  asked: string | undefined,
): LocatedSkill {
  // Where the artifact is named for one skill, that is the one which is meant.
  const located = locateSkill(tree.files, asked ?? stated?.name);
  const wrong = dialect.root === 'named' && located.root === 'named' && stated && located.folder !== stated.name;
  if (!wrong) return located;
  throw brokenArchive('wrong-root', `its folder is ${quotePath(located.folder)} and not ${quotePath(stated.name)}`);
}

function nameOf({ root, folder }: LocatedSkill): string {
  return root === 'named' && isSkillName(folder) ? folder : '';
}

function filesIn({ files }: ScannedTree, { folder }: LocatedSkill): readonly FileRecord[] {
  return folder === '' ? files : files.filter(({ path }) => path.startsWith(`${folder}/`));
}

function checkAsked(asked: string | undefined, { skills, folder }: LocatedSkill, { name }: SkillManifest): void {
  if (asked !== undefined && !skills && asked !== name && asked !== folder) throw noSuchSkill(asked, [name]);
}

function unread(
  artifact: Incomplete,
  { root, name }: Dialect,
  manifest: SkillManifest | undefined,
  { size, largest }: { readonly size: number; readonly largest: number },
): SkillArtifact {
  if (manifest) return { ...artifact, manifest, root: root === 'any' ? 'bare' : root };
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `The artifact (${name}) does not say which skill it holds, and its layers have ${size} bytes: more than ${largest} are not read to find out`,
    { data: { reason: 'too-large', size, largest } },
  );
}
