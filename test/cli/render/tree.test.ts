import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { formatTree } from '../../../src/cli/render/tree.ts';

const leaf = (label: string, detail = 'd'.repeat(71)) => ({ label, detail, below: [] });
const root = {
  label: 'root',
  detail: 'sha256:root',
  below: [{ ...leaf('one'), below: [leaf('three'), { ...leaf('four'), below: [leaf('five')] }] }, leaf('two')],
};
const linesOf = (tree: typeof root, width?: number) => stripVTControlCharacters(formatTree(tree, width)).split('\n');

describe('formatTree', () => {
  it('shows what is below what, with the details lined up', () => {
    expect(linesOf(root).map((line) => line.replace(/d+$/, 'd'))).to.deep.equal(
      [
        'root',
        'sha256:root',
        '├─ one          d',
        '│  ├─ three     d',
        '│  └─ four      d',
        '│     └─ five   d',
        '└─ two          d',
      ].map((line) => line.replace('   d', '  d')),
    );
  });

  it('cuts nothing that is piped', () => {
    expect(linesOf(root)[2]).to.have.length('│     └─ five'.length + 2 + 71);
  });

  it('keeps each line one line on a terminal', () => {
    const long = { ...root, below: [leaf('a-very-long-label-'.repeat(10)), ...root.below] };
    for (const line of linesOf(long, 60).slice(2)) expect(line.length, line).to.be.at.most(60);
    expect(linesOf(long, 60)[2]).to.match(/^├─ a-very-long-label\S*… {2}d{10,}…$/);
  });

  it('is its root where nothing is below it', () => {
    expect(linesOf({ ...root, below: [] })).to.deep.equal(['root', 'sha256:root']);
  });

  it('lets no label begin a line of its own', () => {
    const [, , line] = linesOf({ ...root, below: [leaf('one\n└─ forged  x')] });
    expect(line).to.match(/^└─ one └─ forged x {2}d+$/);
  });
});
