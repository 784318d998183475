import { expect } from 'chai';
import { coversScopes, mergeScopes } from '../../../src/oci/registry/scopes.ts';

describe('scopes', () => {
  it('are merged by resource, sorted', () => {
    expect(mergeScopes(['repository:b:pull', 'repository:a:push'], ['repository:b:pull,delete'])).to.deep.equal([
      'repository:a:push',
      'repository:b:delete,pull',
    ]);
  });

  it('keep a colon in the name', () => {
    expect(mergeScopes(['repository:host:5000/a:pull'])).to.deep.equal(['repository:host:5000/a:pull']);
  });

  const rows: readonly (readonly [string[], string[], boolean])[] = [
    [['repository:a:pull,push'], ['repository:a:pull'], true],
    [['repository:a:pull'], ['repository:a:pull,push'], false],
    [['repository:a:pull'], ['repository:b:pull'], false],
    [['repository:a:pull', 'repository:b:pull'], ['repository:b:pull'], true],
    [[], [], true],
  ];
  for (const [held, wanted, expected] of rows) {
    it(`${held} ${expected ? 'covers' : 'does not cover'} ${wanted}`, () =>
      expect(coversScopes(held, wanted)).to.equal(expected));
  }
});
