import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, isDigest, SkillsError } from '../../core/index.ts';
import { copy } from '../../oci/index.ts';
import {
  dialectTag,
  openFolder,
  type PackedSkill,
  pack,
  unpackArtifact,
  type WritableDialect,
} from '../../pack/index.ts';
import { parseSpec, tagOf } from '../../resolve/index.ts';
import { checkSameContent, contentAt, type Existing } from '../authors/published.ts';
import { checkLeaf } from '../authors/push-artifact.ts';
import type { Context } from '../context.ts';
import { anchor, type Found, openSpec } from '../naming.ts';
import { verify, verifyBeforeTag } from '../verification.ts';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import { isVersionTag } from './tag-names.ts';

/** What a skill is repackaged as. */
export interface ConvertOptions {
  /** The form that is written. */
  readonly dialect: WritableDialect;
  /** Which skill of an artifact that holds several. */
  readonly skill?: string | undefined;
  /** Which platform of an index with different files for each: `linux/arm64`. */
  readonly platform?: string | undefined;
}

/** One form of the skill. */
export interface ConvertedForm {
  readonly reference: string;
  /** Any dialect that can be read, for what was converted. */
  readonly dialect: string;
  /** Of the OCI manifest, or of the index over several. */
  readonly digest: Digest;
}

/** What a conversion did. */
export interface ConvertReport {
  readonly name: string;
  readonly version: string;
  /** Over its files: the same before and after. */
  readonly contentDigest: Digest;
  readonly from: ConvertedForm;
  readonly to: ConvertedForm;
  /** Bytes of the layer that was written. */
  readonly size: number;
  /** Whether it was there already. */
  readonly existed: boolean;
}

/** Unpacks a skill, verified, packs it in another dialect, and pushes that where its content is the same. */
export async function convert(
  context: Context,
  from: string,
  to: string,
  { dialect, skill, platform }: ConvertOptions,
): Promise<ConvertReport> {
  const destination = await openEndpoint(context, to, { writes: true });
  if (destination.key !== undefined && isDigest(destination.key)) throw noTag(destination.describe(destination.key));
  await using pool = await context.sources();
  const found = await openSpec(context, pool, anchor(context, parseSpec(from)), { skill, platform });
  const { artifact, target } = found.opened;
  const { name } = artifact.manifest;
  checkLeaf(destination, name);
  await verify(context, artifact.descriptor, target);
  const room = mkdtempSync(join(tmpdir(), 'skills-convert-'));
  try {
    await using packed = await repack(context, found, join(room, name), dialect);
    const { digest } = artifact.descriptor;
    const source = { reference: `${found.id}@${digest}`, dialect: artifact.dialect, digest };
    return { from: source, ...(await put(context, packed, destination, dialect)) };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** @param folder one that is not there yet, called as the skill is. */
async function repack(
  context: Context,
  { opened: { artifact, target }, version }: Found,
  folder: string,
  dialect: WritableDialect,
): Promise<PackedSkill> {
  const { signal } = context;
  const { name } = artifact.manifest;
  context.report({ phase: 'fetch', name, total: 1 });
  const tree = await unpackArtifact(target, artifact, folder, { signal });
  const executable = new Map(tree.files.map((file) => [file.path, file.executable]));
  const opened = openFolder(folder, { ignore: false });
  // Not every file system keeps what the archive said of it.
  const files = opened.files.map((file) => ({ ...file, executable: executable.get(file.path) ?? file.executable }));
  context.report({ phase: 'pack', name });
  const packed = await pack(
    { ...opened, files },
    {
      version,
      dialects: [dialect],
      source: artifact.annotations['org.opencontainers.image.source'],
      revision: artifact.annotations['org.opencontainers.image.revision'],
      signal,
    },
  );
  if (packed.contentDigest === tree.contentDigest) return packed;
  await packed[Symbol.asyncDispose]();
  throw otherContent(name, packed.generated);
}

/** Pushes what was packed; what is there already in the same dialect, with the same content, stays. */
async function put(
  context: Context,
  packed: PackedSkill,
  { target, key, describe }: Endpoint,
  dialect: WritableDialect,
) {
  const { name, version, contentDigest, descriptor } = packed;
  const tag = key ?? dialectTag(dialect, tagOf(version));
  const existing = await contentAt(target, tag);
  if (isVersionTag(tag)) checkReplaceable(packed, dialect, describe(tag), existing);
  const existed = existing?.dialect === dialect && existing.contentDigest === contentDigest;
  if (!existed) {
    context.report({ phase: 'push', name, total: packed.layer.size });
    const options = { beforeTag: verifyBeforeTag(context), signal: context.signal };
    await copy(packed.target, descriptor.digest, target, tag, options);
  }
  const digest = existed ? existing.digest : descriptor.digest;
  const form = { reference: describe(tag), dialect, digest };
  return { name, version, contentDigest, to: form, size: packed.layer.size, existed };
}

function checkReplaceable(
  packed: PackedSkill,
  dialect: WritableDialect,
  reference: string,
  existing: Existing | undefined,
): void {
  checkSameContent(packed, reference, existing);
  if (!existing || existing.dialect === dialect) return;
  throw new SkillsError('ERR_VERSION_EXISTS', `${reference} is this skill as ${existing.dialect}; it is not replaced`, {
    hint: `leave the tag out for ${dialectTag(dialect, tagOf(packed.version))}, or name another repository`,
    data: { published: existing.digest, dialect: existing.dialect },
  });
}

function noTag(reference: string): SkillsError {
  return new SkillsError('ERR_USAGE', `${reference} is a digest: what is written gets a digest of its own`, {
    hint: 'name the repository alone, or with a tag',
  });
}

function otherContent(name: string, generated: boolean): SkillsError {
  const why = generated ? 'it has no SKILL.md, and would be given one' : 'its skill.md would become SKILL.md';
  return new SkillsError('ERR_SKILL_INVALID', `converting ${name} would change its content: ${why}`, {
    hint: 'pull it, and publish the folder as a version of its own',
  });
}
