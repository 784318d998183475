import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { mapConcurrently } from '../../src/core/index.ts';

describe('mapConcurrently', () => {
  it('gives results in the order of the items, at most so many under way at once', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 3, 2, 4], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(item);
      running -= 1;
      return item * 10;
    });
    expect(results).to.deep.equal([50, 10, 30, 20, 40]);
    expect(most).to.equal(2);
  });

  it('begins nothing more after the first failure, which it throws', async () => {
    const begun: number[] = [];
    const work = mapConcurrently([1, 2, 3, 4, 5], 1, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error('two');
    });
    expect(await work.catch((error: Error) => error.message)).to.equal('two');
    expect(begun).to.deep.equal([1, 2]);
  });

  it('has nothing to do for no items', async () => {
    expect(await mapConcurrently([], 4, async () => 1)).to.deep.equal([]);
  });
});
