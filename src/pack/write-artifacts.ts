import { type Cancellable, type Descriptor, isManifestType, isTag, SkillsError, streamOf } from '../core/index.ts';
import { dialectTag, type WritableDialect, writers } from './dialects/writers.ts';
import type { ArtifactParts, WrittenArtifact } from './dialects/written.types.ts';
import { contentDigestOf } from './files/content-digest.ts';
import { changedWhileRead } from './files/hash-tree.ts';
import { type HeldContent, type HeldManifest, PackedTarget } from './packed-target.ts';
import { planTar, type TarSource } from './tar/plan.ts';
import { type WrittenLayer, writeLayer } from './write-layer.ts';

/** One form of a packed skill. */
export interface PackedArtifact {
  readonly dialect: WritableDialect;
  /** The tag that it is pushed under: `1.2.0`, `image-1.2.0`. */
  readonly tag: string;
  /** Of the OCI manifest, or of the index over several. */
  readonly descriptor: Descriptor;
  readonly layer: Descriptor;
}

export interface ArtifactsOptions extends Cancellable {
  readonly files: readonly TarSource[];
  /** Since 1970: what everything is dated with. */
  readonly seconds: number;
  readonly dialects: readonly WritableDialect[];
}

/** What is said of the skill, whatever the dialect. */
type Facts = Pick<ArtifactParts, 'manifest' | 'version' | 'source' | 'revision' | 'generated'>;

interface Made {
  readonly dialect: WritableDialect;
  readonly layer: WrittenLayer;
  readonly written: WrittenArtifact;
}

/**
 * Writes the files in each of the dialects. Each has a layer of its own, which is written in a pass of its own over the files;
 * that they still are what they were is checked.
 */
export async function writeArtifacts(facts: Facts, options: ArtifactsOptions) {
  const made: Made[] = [];
  const dispose = async () => {
    for (const { layer } of made) await layer.spool[Symbol.asyncDispose]();
  };
  try {
    for (const dialect of new Set(options.dialects)) made.push(await writeOne(dialect, facts, options, made[0]?.layer));
    const [first] = made;
    if (!first) throw new SkillsError('ERR_USAGE', 'no dialect was named to pack the skill in');
    const { files } = first.layer;
    const { descriptor, layer, config } = first.written;
    return {
      ...{ descriptor, layer, config, files, contentDigest: contentDigestOf(files) },
      artifacts: made.map(({ dialect, written }) => describe(dialect, written, facts.version)),
      target: targetOf(made, facts.version),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function writeOne(
  dialect: WritableDialect,
  facts: Facts,
  { files, seconds, signal }: ArtifactsOptions,
  former: WrittenLayer | undefined,
): Promise<Made> {
  const { root, diffId, write } = writers[dialect];
  const plan = planTar(root === 'named' ? facts.manifest.name : '', files, seconds);
  const layer = await writeLayer(plan, { diffId, signal });
  try {
    if (former) checkSame(layer, former);
    const { digest, size } = layer.spool;
    const written = write({
      ...facts,
      files: layer.files,
      contentDigest: contentDigestOf(layer.files),
      created: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
      layer: { digest, size, ...(layer.diffId ? { diffId: layer.diffId } : {}) },
    });
    return { dialect, layer, written };
  } catch (error) {
    await layer.spool[Symbol.asyncDispose]();
    throw error;
  }
}

/** Both layers are to hold one content, and a file may have been written to between them. */
function checkSame({ files }: WrittenLayer, former: WrittenLayer): void {
  const changed = files.find(({ digest }, index) => digest !== former.files[index]?.digest);
  if (changed) throw changedWhileRead(changed.path);
}

function describe(dialect: WritableDialect, { descriptor, layer }: WrittenArtifact, version: string): PackedArtifact {
  return { dialect, tag: tagIn(dialect, version), descriptor, layer };
}

/** The tag of a version in a dialect. A tag has no "+"; build metadata is joined with "_" there. */
function tagIn(dialect: WritableDialect, version: string): string {
  const tag = dialectTag(dialect, version.replaceAll('+', '_'));
  if (isTag(tag)) return tag;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${tag}" is too long for a tag`, {
    hint: 'a tag has at most 128 characters: shorten the version',
  });
}

function targetOf(made: readonly Made[], version: string): PackedTarget {
  const roots = made.map(({ dialect, written: { descriptor, bytes } }, index): HeldManifest => {
    const tag = tagIn(dialect, version);
    return { descriptor, bytes, references: index === 0 ? [...new Set([version, tag])] : [tag] };
  });
  const contents = made.flatMap(({ written }) => written.contents);
  const children = contents.filter(({ descriptor }) => isManifestType(descriptor.mediaType));
  const held = contents.map(({ descriptor, bytes }): HeldContent => ({ descriptor, open: () => streamOf(bytes) }));
  const layers = made.map(
    ({ layer, written }): HeldContent => ({ descriptor: written.layer, open: () => layer.spool.open() }),
  );
  return new PackedTarget([...roots, ...children.map((child) => ({ ...child, references: [] }))], [...held, ...layers]);
}
