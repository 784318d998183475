import { expect } from 'chai';
import fc from 'fast-check';
import { type Descriptor, mediaTypes, sha256 } from '../../../src/core/index.ts';
import { IndexState } from '../../../src/oci/layout/index-state.ts';

const descriptors: readonly Descriptor[] = Array.from({ length: 6 }, (_, at) => ({
  mediaType: mediaTypes.imageManifest,
  digest: sha256(String(at)),
  size: at,
}));
const tags = ['a', 'b', 'c', '1.0.0'];

const steps = fc.array(
  fc.record({
    step: fc.constantFrom('add', 'tag', 'untag', 'remove'),
    which: fc.constantFrom(...descriptors),
    tag: fc.constantFrom(...tags),
  }),
  { maxLength: 40 },
);

/** The same in the simplest form: what is listed, and what each tag stands for. */
class Model {
  readonly listed = new Set<string>();
  readonly tags = new Map<string, string>();

  apply(step: string, digest: string, tag: string): boolean {
    const before = this.text();
    if (step === 'add') this.listed.add(digest);
    if (step === 'tag') this.listed.add(digest) && this.tags.set(tag, digest);
    if (step === 'untag') this.tags.delete(tag);
    if (step === 'remove' && this.listed.delete(digest)) {
      for (const [name, target] of this.tags) if (target === digest) this.tags.delete(name);
    }
    return before !== this.text();
  }

  text(): string {
    return JSON.stringify([[...this.listed].sort(), [...this.tags].sort()]);
  }
}

function apply(state: IndexState, step: string, which: Descriptor, tag: string): boolean {
  if (step === 'add') return state.add(which);
  if (step === 'tag') return state.tag(which, tag);
  if (step === 'untag') return state.untag(tag);
  return state.remove(which.digest);
}

function textOf(state: IndexState): string {
  const listed = [...state.manifests()].map(({ digest }) => digest);
  return JSON.stringify([listed.sort(), state.tags().map((tag) => [tag, state.find(tag)?.digest])]);
}

describe('oci/layout: what index.json lists', () => {
  it('does what the simplest form does, and reads back what it writes', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const [state, model] = [new IndexState(), new Model()];
        for (const { step, which, tag } of list) {
          expect(apply(state, step, which, tag)).to.equal(model.apply(step, which.digest, tag));
          expect(textOf(state)).to.equal(model.text());
        }
        const text = state.format();
        const again = IndexState.parse(text, 'index.json');
        expect(textOf(again)).to.equal(textOf(state));
        expect(again.format()).to.equal(text);
        expect([...again.entries()].length).to.equal(Math.max(model.tags.size, 0) + untagged(model));
      }),
      { numRuns: 300 },
    );
  });

  it('stays fast with ten thousand tags', () => {
    const state = new IndexState();
    const start = performance.now();
    for (let at = 0; at < 10_000; at++) state.tag(descriptors[at % 6] as Descriptor, `t${at}`);
    expect(state.tags()).to.have.length(10_000);
    state.format();
    expect(performance.now() - start).to.be.below(3_000);
  });
});

function untagged(model: Model): number {
  const tagged = new Set(model.tags.values());
  return [...model.listed].filter((digest) => !tagged.has(digest)).length;
}
