import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillsError, mediaTypes, sha256 } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { readArtifact, unpackArtifact } from '../../../src/pack/index.ts';
import { makeTemporary, removeTemporaries } from '../helpers/temporary.ts';
import {
  arconia,
  type Fixture,
  flux,
  json,
  publish,
  skillimage,
  skillOf,
  skillsOci,
  toolhive,
} from './writers/index.ts';

const report = skillOf('report');
const fixtures: readonly Fixture[] = [
  arconia(report, '1.0.0'),
  skillsOci(report, '1.0.0'),
  toolhive(report, '1.0.0'),
  flux([report, skillOf('other')], '1.0.0'),
  skillimage(report, '1.0.0'),
];

/** Every place in a JSON document. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  const inner = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(typeof value === 'object' && value ? value : {});
  return [path, ...inner.flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, at) => (at === key ? replaced(item, rest, by) : item));
  const record = value as Record<string, unknown>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

/** A failure that was meant: never a defect of ours. */
async function failsWell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    expect(isSkillsError(error), String(error)).to.equal(true);
    expect((error as { code: string }).code, String(error)).to.not.equal('ERR_INTERNAL');
  }
}

describe('pack: whatever an artifact says', function () {
  this.timeout(60_000);
  afterEach(removeTemporaries);

  it('a document with anything anywhere is read or refused', async () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('', '../x', mediaTypes.imageIndex, 'application/x-tar', sha256('x'), -1, 1e300),
    );
    const room = makeTemporary();
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), anything, async (which, part, at, by) => {
        const { parts, root } = fixtures[which % fixtures.length] ?? fixtures[0] ?? { parts: [], root: undefined };
        const documents = parts.filter(({ descriptor }) => descriptor.mediaType.endsWith('json'));
        const chosen = documents[part % documents.length];
        if (!chosen || !root) return;
        const document: unknown = JSON.parse(chosen.bytes.toString());
        const places = placesOf(document);
        const changed = json(chosen.descriptor.mediaType, replaced(document, places[at % places.length] ?? [], by));
        // What names the changed document names it by its new digest.
        const renamed = parts.map((item) => {
          if (item === chosen) return changed;
          const text = item.bytes.toString('latin1');
          if (!text.includes(chosen.descriptor.digest) || item.bytes[0] !== 0x7b) return item;
          const next = text
            .replaceAll(chosen.descriptor.digest, changed.descriptor.digest)
            .replaceAll(`"size":${chosen.bytes.length}`, `"size":${changed.bytes.length}`);
          return json(item.descriptor.mediaType, JSON.parse(Buffer.from(next, 'latin1').toString()));
        });
        const target = new MemoryTarget();
        await publish(target, { parts: renamed, root: renamed.at(-1) ?? root }, '1.0.0').catch(() => {});
        await failsWell(async () => {
          const artifact = await readArtifact(target, '1.0.0', { skill: 'report' });
          const out = join(room, 'out');
          rmSync(out, { recursive: true, force: true });
          await unpackArtifact(target, artifact, out);
        });
      }),
      { numRuns: 600 },
    );
  });
});
