import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PeerRow } from './setup/peer.types.ts';

const rows: Record<string, PeerRow> = JSON.parse(readFileSync(join(import.meta.dirname, 'versions.json'), 'utf8'));
const goMod = readFileSync(join(import.meta.dirname, 'go/go.mod'), 'utf8');

describe('the versions of peers', () => {
  it('say for each peer where it comes from, once', () => {
    for (const [name, { go, tool, local, debian }] of Object.entries(rows)) {
      expect([go, tool, local, debian].filter(Boolean), name).to.have.length(1);
    }
  });

  for (const [name, { tool, module = tool, version }] of Object.entries(rows)) {
    if (module === undefined) continue;
    it(`are those of go.mod: ${name}`, () => {
      const required = goMod.matchAll(/^\s*(\S+) (v\S+)/gm);
      const found = [...required].find(([, path = '']) => module === path || module.startsWith(`${path}/`));
      expect(found?.[2]).to.equal(version);
    });
  }

  it('are no others for tools than versions.json names', () => {
    const [, block = ''] = /^tool \(\n([^)]*)\)/m.exec(goMod) ?? [];
    const tools = block.split('\n').flatMap((line) => line.trim() || []);
    expect(tools.sort()).to.deep.equal(
      Object.values(rows)
        .flatMap(({ tool }) => tool ?? [])
        .sort(),
    );
  });
});
