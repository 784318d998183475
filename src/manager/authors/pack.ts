import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openPackage, writePackage, writeZip } from '../../pack/index.ts';
import { packFolder } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import type { PackReport } from '../types.ts';

/** How a folder is packed. */
export interface PackCommandOptions {
  /** Default: the manifest's, a git tag's, one made from the commit, or 0.1.0. */
  readonly version?: string | undefined;
  /** File or folder to write to; default `<name>-<version>.spm` in the current folder. */
  readonly output?: string | undefined;
  /** `spm` is the layer that a registry would hold, a gzipped tar; default. */
  readonly format?: 'spm' | 'zip' | undefined;
  /** Only say what goes in. */
  readonly list?: boolean | undefined;
}

/** Packs a folder into a package file. */
export async function packToFile(context: Context, dir: string, options: PackCommandOptions): Promise<PackReport> {
  const { cwd } = context.settings;
  await using folder = await openPackage(resolve(cwd, dir));
  const { packed: made, chosen } = await packFolder(folder, { version: options.version });
  await using packed = made;
  const { version, from } = chosen;
  const report = {
    name: packed.name,
    version,
    versionFrom: from,
    digest: packed.descriptor.digest,
    contentDigest: packed.contentDigest,
    files: packed.files,
    problems: packed.problems,
  };
  if (options.list) return { ...report, size: packed.layer.size };
  const file = outputFile(resolve(cwd, options.output ?? '.'), `${packed.name}-${version}.${options.format ?? 'spm'}`);
  await (options.format === 'zip' ? writeZip(folder, file) : writePackage(packed, file));
  return { ...report, file, size: statSync(file).size };
}

function outputFile(output: string, name: string): string {
  return statSync(output, { throwIfNoEntry: false })?.isDirectory() ? join(output, name) : output;
}
