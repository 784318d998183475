// Packs a skill of 300 MiB in two dialects and unpacks it again; prints the most memory that this process ever had, in MiB.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder, pack, readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { makeTemporary, removeTemporaries, writeFiles } from './temporary.ts';

const mebibyte = 1 << 20;
try {
  const dir = writeFiles(join(makeTemporary(), 'large'), {
    'SKILL.md': '---\nname: large\ndescription: Has a very large file in it.\n---\n',
  });
  const piece = Buffer.alloc(mebibyte, 'a line that is not long\n');
  for (const [name, pieces] of [
    ['one', 200],
    ['two', 100],
  ] as const) {
    const descriptor = openSync(join(dir, name), 'wx');
    for (let index = 0; index < pieces; index++) writeSync(descriptor, piece);
    closeSync(descriptor);
  }
  const dialects = ['agentskills', 'image'] as const;
  await using packed = await pack(openFolder(dir), { version: '1.0.0', dialects });
  rmSync(dir, { recursive: true });
  const out = join(makeTemporary(), 'out');
  // Of the two layers the second: what is written for images is read back too.
  const tree = await unpackArtifact(packed.target, await readArtifact(packed.target, 'image-1.0.0'), out);
  const size = tree.files.reduce((sum, file) => sum + file.size, 0);
  console.log(JSON.stringify({ size, layer: packed.layer.size, rss: process.resourceUsage().maxRSS / 1024 }));
} finally {
  removeTemporaries();
}
