import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standardText } from './licences.ts';

/** A package whose code, or whose declarations, are in the tarball. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; empty where its package.json says none. */
  readonly licence: string;
  readonly homepage?: string;
  /** Its licence and notice files, in full; empty where none was found. */
  readonly text: string;
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

interface Described {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly homepage?: string;
  readonly author?: string | { readonly name?: string };
}

/** Files that both kinds of metafile name: what was put into the code, and what is in the declarations. */
export function bundledFiles(root: string): string[] {
  const { outputs } = JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')) as Metafile;
  const code = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const types = join(root, 'dist/meta-types.json');
  return existsSync(types) ? [...code, ...(JSON.parse(readFileSync(types, 'utf8')) as string[])] : code;
}

/** The packages that such files belong to, each version once, by name. */
export function bundledPackages(root: string, files: readonly string[]): BundledPackage[] {
  const folders = new Set(files.flatMap((file) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const packages = new Map<string, BundledPackage>();
  for (const folder of folders) {
    const found = describePackage(join(root, folder));
    packages.set(`${found.name}@${found.version}`, found);
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

export function describePackage(folder: string): BundledPackage {
  const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Described;
  const { name, version, license, homepage, author } = described;
  const licence = (typeof license === 'string' ? license : license?.type) ?? '';
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const text = readLicenceFiles(folder) || (standardText(licence, holder) ?? '');
  return { name, version, licence, ...(homepage ? { homepage } : {}), text };
}

function readLicenceFiles(folder: string): string {
  return readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i.test(file) && !/\.(?:js|ts|json)$/.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/\r\n?/g, '\n').trim())
    .join('\n\n');
}
