import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type Digest, digestHex, parseDigest, sha256 } from '../../src/core/index.ts';
import type { SkillFiles } from '../../src/manifest/index.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

/** A folder under fixtures/ as a skill's files. */
export function fixture(path: string): SkillFiles {
  const root = join(fixtures, path);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
  return {
    folder: basename(root),
    paths,
    read: (file) => (paths.includes(file) ? readFileSync(join(root, file)) : undefined),
  };
}

/** The contentDigest of the files without one of them, by DESIGN's rule, independent of the code in src/. */
export function contentDigestWithout(files: SkillFiles, left: string | undefined): Digest {
  const parts = files.paths
    .filter((path) => path !== left)
    .map((path) => ({ path: Buffer.from(path), content: Buffer.from(files.read(path) ?? []) }))
    .toSorted((a, b) => Buffer.compare(a.path, b.path))
    .map(({ path, content }) =>
      Buffer.concat([path, Buffer.of(0), Buffer.from(digestHex(sha256(content)), 'hex'), Buffer.from('\n')]),
    );
  return parseDigest(sha256(Buffer.concat(parts)));
}
