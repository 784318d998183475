import { expect } from 'chai';
import { needsOf } from '../../../src/manager/install/needs.ts';
import { satisfiesRange } from '../../../src/resolve/index.ts';

const dependency = (name: string, range: string, optional = false) => ({ name, range, optional, features: [] });

describe('what a skill needs', () => {
  it('is what it depends on and what it includes', () => {
    const dependencies = [dependency('base', '^1.0.0'), dependency('extra', '*', true)];
    const includes = [{ name: 'pdf', range: '^2' }];
    expect(needsOf({ dependencies, includes })).to.deep.equal([
      { name: 'base', range: '^1.0.0', optional: false },
      { name: 'extra', range: '*', optional: true },
      { name: 'pdf', range: '^2', optional: false },
    ]);
  });

  it('is one need where it is both, at what both allow', () => {
    const range = (one: string, other: string) => {
      const [need] = needsOf({
        dependencies: [dependency('pdf', one, true)],
        includes: [{ name: 'pdf', range: other }],
      });
      expect(need?.optional, 'a part of it is not optional').to.equal(false);
      return need?.range ?? '';
    };
    expect([range('^1', '*'), range('*', '^1'), range('^1', '^1')]).to.deep.equal(['^1', '^1', '^1']);
    const both = range('^1.2 || ^3', '>=1.4 <3.5');
    expect(['1.3.0', '1.4.0', '3.1.0', '3.6.0'].filter((version) => satisfiesRange(version, both))).to.deep.equal([
      '1.4.0',
      '3.1.0',
    ]);
    const hyphen = range('1.0.0 - 2.0.0', '^1.5 || ^2');
    const allowed = ['1.4.0', '1.5.0', '2.0.0', '2.1.0'].filter((version) => satisfiesRange(version, hyphen));
    expect(allowed).to.deep.equal(['1.5.0', '2.0.0']);
  });
});
