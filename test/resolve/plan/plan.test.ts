import { expect } from 'chai';
import { parseDigest } from '../../../src/core/index.ts';
import {
  emptyLock,
  type InstalledState,
  isEmptyPlan,
  type Lockfile,
  ociSource,
  type Plan,
  planChanges,
  type Solution,
  type SolvedPackage,
  updateLock,
} from '../../../src/resolve/index.ts';

const digest = parseDigest(`sha256:${'ab'.repeat(32)}`);
const other = parseDigest(`sha256:${'cd'.repeat(32)}`);

function solved(name: string, version: string, more: Partial<SolvedPackage> = {}): SolvedPackage {
  const packageId = `reg.io/x/${name}`;
  const facts = { digest: undefined, direct: true, range: '', requiredBy: [], dependencies: [] };
  return { packageId, name, version, key: version, ...facts, ...more };
}

function solution(...packages: SolvedPackage[]): Solution {
  return { packages: new Map(packages.map((one) => [one.packageId, one])), skipped: [] };
}

function locked(versions: Record<string, string>, requiredBy: Record<string, string[]> = {}): Lockfile {
  return updateLock(
    emptyLock,
    Object.entries(versions).map(([name, version]) => ({
      name,
      path: `.agents/skills/${name}`,
      additionalPaths: [],
      version,
      requiredBy: requiredBy[name] ?? [],
      ...(requiredBy[name] ? {} : { range: '*' }),
      dependencies: [],
      unknown: {},
      source: ociSource({ registry: 'reg.io', repository: `x/${name}`, tag: version, digest }),
    })),
  );
}

function say({ add, update, remove, keep }: Plan): Record<string, string> {
  const lines = [
    ...add.map(({ name, reason }) => [name, `add: ${reason}`] as const),
    ...update.map(({ name, reason }) => [name, `update: ${reason}`] as const),
    ...remove.map(({ name, reason }) => [name, `remove: ${reason}`] as const),
    ...keep.map(({ name }) => [name, 'keep'] as const),
  ];
  return Object.fromEntries(lines);
}

describe('planChanges', () => {
  const state = (name: string, what: InstalledState['state']) => new Map([[name, { state: what }]]);
  const rows: readonly {
    it: string;
    lock: Lockfile;
    solution: Solution;
    installed?: ReadonlyMap<string, InstalledState>;
    plan: Record<string, string>;
  }[] = [
    { it: 'nothing', lock: emptyLock, solution: solution(), plan: {} },
    {
      it: 'what is new',
      lock: emptyLock,
      solution: solution(solved('b', '1.0.0', { direct: false, requiredBy: ['a'] }), solved('a', '1.0.0')),
      plan: { a: 'add: asked for by the project', b: 'add: required by a' },
    },
    {
      it: 'what stays',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0', { digest })),
      plan: { a: 'keep' },
    },
    {
      it: 'newer and older',
      lock: locked({ a: '1.0.0', b: '2.0.0' }),
      solution: solution(solved('a', '1.10.0'), solved('b', '1.9.0')),
      plan: { a: 'update: newer: 1.0.0 → 1.10.0', b: 'update: older: 2.0.0 → 1.9.0' },
    },
    {
      it: 'the same version with other content',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0', { digest: other })),
      plan: { a: 'update: the same version with other content: sha256:abababababab → sha256:cdcdcdcdcdcd' },
    },
    {
      it: 'another source',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0', { packageId: 'o/r/a' })),
      plan: { a: 'update: comes from o/r/a instead of reg.io/x/a' },
    },
    {
      it: 'files that are gone',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0')),
      installed: state('a', 'missing'),
      plan: { a: 'add: its files are not there' },
    },
    {
      it: 'files that were changed',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0')),
      installed: state('a', 'changed'),
      plan: { a: 'update: its files were changed' },
    },
    {
      it: 'a folder that is not ours',
      lock: locked({ a: '1.0.0' }),
      solution: solution(solved('a', '1.0.0')),
      installed: state('a', 'foreign'),
      plan: { a: 'update: another folder is in its place' },
    },
    {
      it: 'orphans',
      lock: locked({ a: '1.0.0', b: '1.0.0', c: '1.0.0', d: '1.0.0', e: '1.0.0' }, { b: ['a'], c: ['e'], d: [] }),
      solution: solution(solved('e', '1.0.0')),
      plan: {
        a: 'remove: the project does not ask for it any more',
        b: 'remove: was required by a',
        c: 'remove: e does not require it any more',
        d: 'remove: nothing requires it any more',
        e: 'keep',
      },
    },
  ];
  for (const row of rows) {
    it(row.it, () => {
      const plan = planChanges(row.lock, row.solution, row.installed);
      expect(say(plan)).to.deep.equal(row.plan);
      expect(isEmptyPlan(plan)).to.equal(Object.values(row.plan).every((line) => line === 'keep'));
    });
  }

  it('is sorted by name', () => {
    const plan = planChanges(emptyLock, solution(solved('c', '1.0.0'), solved('a', '1.0.0'), solved('b', '1.0.0')));
    expect(plan.add.map(({ name }) => name)).to.deep.equal(['a', 'b', 'c']);
  });
});
