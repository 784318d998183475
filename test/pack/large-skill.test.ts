import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('pack: a skill of 300 MiB', function () {
  this.timeout(120_000);

  it('packs and unpacks in less than 200 MiB of memory', async () => {
    const script = join(import.meta.dirname, 'helpers', 'large-skill.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const { size, layer, rss } = JSON.parse(stdout);
    expect(size).to.be.above(300 * 2 ** 20);
    expect(layer, 'stored, not compressed').to.be.above(size);
    expect(rss, 'MiB').to.be.below(200);
  });
});
