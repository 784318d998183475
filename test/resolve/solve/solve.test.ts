import { expect } from 'chai';
import { isSkillsError, SkillsError } from '../../../src/core/index.ts';
import { type Requirement, type Solution, type SolveOptions, solve } from '../../../src/resolve/index.ts';
import { idOf, nameOf, type World, WorldPort } from './world.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

function roots(ranges: Record<string, string>): Requirement[] {
  return Object.entries(ranges).map(([name, range]) => ({ packageId: idOf(name), name: nameOf(name), range }));
}

function chosen(solution: Solution): Record<string, string | undefined> {
  return Object.fromEntries([...solution.packages.values()].map(({ name, version, key }) => [name, version ?? key]));
}

async function solved(world: World, ranges: Record<string, string>, options?: SolveOptions) {
  return chosen(await solve(roots(ranges), new WorldPort(world), options));
}

async function refused(world: World, ranges: Record<string, string>): Promise<SkillsError> {
  try {
    await solve(roots(ranges), new WorldPort(world));
  } catch (error) {
    if (isSkillsError(error)) return error;
    throw error;
  }
  throw new Error('a solution was found');
}

const rows: readonly {
  it: string;
  world: World;
  ask: Record<string, string>;
  prefer?: Record<string, string>;
  get: Record<string, string>;
}[] = [
  {
    it: 'takes the newest',
    world: { a: { '1.0.0': {}, '1.10.0': {}, '1.9.0': {} } },
    ask: { a: '' },
    get: { a: '1.10.0' },
  },
  { it: 'keeps to the range', world: { a: { '1.0.0': {}, '2.0.0': {} } }, ask: { a: '^1' }, get: { a: '1.0.0' } },
  {
    it: 'takes no prerelease where a release is there',
    world: { a: { '1.0.0': {}, '2.0.0-rc.1': {} } },
    ask: { a: 'latest' },
    get: { a: '1.0.0' },
  },
  {
    it: 'takes the newest pseudo-version where nothing else is there',
    world: { a: { '0.0.0-20260101000000-aaaaaaaaaaaa': {}, '0.0.0-20260201000000-000000000000': {} } },
    ask: { a: '' },
    get: { a: '0.0.0-20260201000000-000000000000' },
  },
  {
    it: 'takes a prerelease for the newest where the other requirement names one',
    world: { a: { '1.0.0': { needs: { b: '^2.0.0-rc.1' } } }, b: { '1.0.0': {}, '2.0.0-rc.1': {} } },
    ask: { b: '*', a: '*' },
    get: { a: '1.0.0', b: '2.0.0-rc.1' },
  },
  {
    it: 'takes an older version where the newest cannot be',
    world: { a: { '1.0.0': {}, '2.0.0': { needs: { b: '^2' } } }, b: { '1.0.0': {} } },
    ask: { a: '' },
    get: { a: '1.0.0' },
  },
  {
    it: 'finds the version that two requirements allow',
    world: {
      a: { '1.0.0': { needs: { c: '>=1.1' } } },
      b: { '1.0.0': { needs: { c: '<1.3' } } },
      c: { '1.0.0': {}, '1.1.0': {}, '1.2.0': {}, '1.3.0': {} },
    },
    ask: { a: '', b: '' },
    get: { a: '1.0.0', b: '1.0.0', c: '1.2.0' },
  },
  {
    it: 'lets the first requirement have the newest, and gives way in the second',
    world: { a: { '1.0.0': {}, '2.0.0': { needs: { b: '^1' } } }, b: { '1.0.0': {}, '2.0.0': { needs: { a: '^1' } } } },
    ask: { a: '', b: '' },
    get: { a: '2.0.0', b: '1.0.0' },
  },
  {
    it: 'goes round a cycle',
    world: { a: { '1.0.0': { needs: { b: '^1' } } }, b: { '1.0.0': { needs: { a: '^1', b: '^1' } } } },
    ask: { a: '' },
    get: { a: '1.0.0', b: '1.0.0' },
  },
  {
    it: 'stays with what is locked, as long as it is allowed',
    world: { a: { '1.0.0': { needs: { b: '^1' } }, '1.1.0': {} }, b: { '1.0.0': {}, '1.1.0': {} } },
    ask: { a: '^1' },
    prefer: { a: '1.0.0', b: '1.0.0' },
    get: { a: '1.0.0', b: '1.0.0' },
  },
  {
    it: 'leaves what is locked where it is not allowed any more, or gone',
    world: { a: { '1.0.0': {}, '1.1.0': { needs: { b: '^1' } } }, b: { '1.1.0': {} } },
    ask: { a: '>1.0.0' },
    prefer: { a: '1.0.0', b: '1.0.0' },
    get: { a: '1.1.0', b: '1.1.0' },
  },
  {
    it: 'takes an exact digest, whose version must suit the others',
    world: {
      a: { '1.0.0': {}, [digest]: { version: '0.9.0' } },
      b: { '1.0.0': { needs: { a: '<1' } }, '2.0.0': { needs: { a: '^1' } } },
    },
    ask: { a: digest, b: '' },
    get: { a: '0.9.0', b: '1.0.0' },
  },
  {
    it: 'takes a tag that is no version',
    world: { a: { '1.0.0': {}, main: { version: '3.0.0-dev' } } },
    ask: { a: 'main' },
    get: { a: '3.0.0-dev' },
  },
  {
    it: 'adds what is optional where it fits',
    world: { a: { '1.0.0': { likes: { b: '^1' } } }, b: { '1.0.0': { likes: { c: '' } } }, c: { '1.0.0': {} } },
    ask: { a: '' },
    get: { a: '1.0.0', b: '1.0.0', c: '1.0.0' },
  },
  {
    it: 'never lets what is optional move what is required',
    world: {
      a: { '1.0.0': { needs: { c: '' }, likes: { b: '^1' } } },
      b: { '1.0.0': { needs: { c: '^1' } } },
      c: { '1.0.0': {}, '2.0.0': {} },
    },
    ask: { a: '' },
    get: { a: '1.0.0', c: '2.0.0' },
  },
  {
    it: 'lets a package of the project stand in for a name',
    world: {
      a: { '1.0.0': { needs: { pdf: '^1' } } },
      better: { '3.0.0': { provides: { pdf: '1.4.0' } } },
      pdf: { '1.0.0': {} },
    },
    ask: { a: '', better: '' },
    get: { a: '1.0.0', better: '3.0.0' },
  },
  {
    it: 'takes the named one where the stand-in is of another version',
    world: {
      a: { '1.0.0': { needs: { pdf: '^2' } } },
      better: { '3.0.0': { provides: { pdf: '1.4.0' } } },
      pdf: { '2.0.0': {} },
    },
    ask: { a: '', better: '' },
    get: { a: '1.0.0', better: '3.0.0', pdf: '2.0.0' },
  },
  {
    it: 'takes an older stand-in where only that one helps',
    world: {
      a: { '1.0.0': { needs: { pdf: '^1' } } },
      better: { '3.0.0': {}, '2.0.0': { provides: { pdf: '1.0.0' } } },
    },
    ask: { a: '', better: '' },
    get: { a: '1.0.0', better: '2.0.0' },
  },
  {
    it: 'does not let a dependency stand in for another skill',
    world: {
      a: { '1.0.0': { needs: { evil: '', pdf: '^1' } } },
      evil: { '1.0.0': { provides: { pdf: '1.9.0' } } },
      pdf: { '1.0.0': {} },
    },
    ask: { a: '' },
    get: { a: '1.0.0', evil: '1.0.0', pdf: '1.0.0' },
  },
  {
    it: 'avoids a version that brings a second skill of one name',
    world: {
      a: { '1.0.0': {}, '2.0.0': { needs: { 'other.test/x/pdf': '' } } },
      pdf: { '1.0.0': {} },
      'other.test/x/pdf': { '9.0.0': {} },
    },
    ask: { pdf: '', a: '' },
    get: { a: '1.0.0', pdf: '1.0.0' },
  },
];

describe('solve', () => {
  for (const row of rows) {
    it(row.it, async () => {
      const prefer = new Map(Object.entries(row.prefer ?? {}).map(([name, version]) => [idOf(name), version]));
      expect(await solved(row.world, row.ask, { prefer })).to.deep.equal(row.get);
    });
  }

  it('says who needs what, and what answers it', async () => {
    const world: World = {
      a: { '1.0.0': { needs: { b: '^1', pdf: '^1' }, likes: { gone: '' } } },
      b: { '1.0.0': { needs: { pdf: '1' } } },
      better: { '3.0.0': { provides: { pdf: '1.4.0' } } },
    };
    const { packages, skipped } = await solve(roots({ a: '^1', better: '' }), new WorldPort(world));
    expect([...packages.keys()]).to.deep.equal(['a', 'b', 'better'].map(idOf));
    expect(packages.get(idOf('b'))).to.deep.include({ direct: false, range: undefined, requiredBy: ['a'] });
    expect(packages.get(idOf('a'))).to.deep.include({ direct: true, range: '^1', requiredBy: [], key: '1.0.0' });
    expect(packages.get(idOf('better'))?.requiredBy).to.deep.equal(['a', 'b']);
    expect(packages.get(idOf('a'))?.dependencies.map((one) => [one.name, one.satisfiedBy])).to.deep.equal([
      ['b', idOf('b')],
      ['pdf', idOf('better')],
      ['gone', undefined],
    ]);
    expect(skipped).to.have.length(1);
    expect(skipped[0]).to.include({ name: 'gone', requiredBy: 'a' });
    expect(skipped[0]?.why).to.match(/no version of it is published at reg\.test\/skills\/gone/);
  });

  it('takes a key that has no version at all, whatever range a dependent states', async () => {
    const port = new WorldPort({ './pdf': { '': {} }, a: { '1.0.0': { needs: { './pdf': '^1' } } } });
    const asked = [{ packageId: './pdf', name: 'pdf', range: '', key: '' }, ...roots({ a: '' })];
    const { packages } = await solve(asked, port);
    expect(packages.get('./pdf')).to.include({ key: '', version: undefined, direct: true });
    expect(port.asked).not.to.include('versions ./pdf');
  });

  it('sees that a digest and a version are the same thing', async () => {
    const world: World = {
      a: { '1.0.0': { digest }, '2.0.0': {} },
      b: { '1.0.0': { needs: { a: digest } } },
    };
    expect(await solved(world, { a: '^1', b: '' })).to.deep.equal({ a: '1.0.0', b: '1.0.0' });
  });

  it('asks each question once, and many at the same time', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const world: Record<string, World[string]> = {};
    for (const [index, name] of names.entries()) {
      const needs = Object.fromEntries(names.slice(index + 1, index + 4).map((other) => [other, '^1']));
      world[name] = { '1.0.0': {}, '1.1.0': { needs } };
    }
    const port = new WorldPort(world);
    await solve(roots(Object.fromEntries(names.slice(0, 10).map((name) => [name, '']))), port);
    expect(new Set(port.asked).size).to.equal(port.asked.length);
    expect(port.asked.length).to.equal(60);
    expect(port.mostAtOnce).to.be.at.least(10);
  });

  it('solves a thousand packages with dead ends within three seconds, on a busy machine too', async () => {
    const world: Record<string, Record<string, { needs?: Record<string, string> }>> = {};
    for (let index = 0; index < 1000; index++) {
      const needs = { [`p${(index * 7 + 1) % 1000}`]: '^1', [`p${(index * 13 + 5) % 1000}`]: '>=1.1 <3' };
      // The newest version of every package leads to a dead end.
      world[`p${index}`] = {
        '1.0.0': {},
        '1.1.0': { needs },
        '1.2.0': { needs },
        '1.3.0': { needs: { ...needs, none: '^1' } },
      };
    }
    const port = new WorldPort(world);
    const started = performance.now();
    const { packages } = await solve(roots({ p0: '', p500: '' }), port);
    const took = performance.now() - started;
    expect(packages.size).to.be.greaterThan(500);
    expect(took).to.be.lessThan(3000);
    console.log(`      ${packages.size} packages in ${Math.round(took)} ms`);
  });

  it('jumps over choices that have nothing to do with a dead end', async () => {
    const world: Record<string, Record<string, { needs?: Record<string, string> }>> = {
      last: { '1.0.0': { needs: { none: '^1' } } },
    };
    const versions = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`1.${index}.0`, {}]));
    const ask: Record<string, string> = {};
    for (let index = 0; index < 20; index++) {
      world[`free${index}`] = versions;
      ask[`free${index}`] = '';
    }
    // Without jumping these would be 20 to the power of 20 combinations.
    const error = await refused(world, { ...ask, last: '' });
    expect(error.code).to.equal('ERR_NO_VERSION');
  });

  it('lets the failure of the port through', async () => {
    const failing = new WorldPort({ a: { '1.0.0': {} } });
    failing.manifest = async () => {
      throw new SkillsError('ERR_NETWORK', 'down');
    };
    const error = await solve(roots({ a: '' }), failing).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('code', 'ERR_NETWORK');
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    const error = await solve(roots({ a: '' }), new WorldPort({ a: { '1.0.0': {} } }), { signal }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('name', 'AbortError');
  });
});

describe('solve explains', () => {
  it('a range that nothing satisfies', async () => {
    const error = await refused({ a: { '1.0.0': {}, '1.1.0': {} } }, { a: '^2' });
    expect(error.code).to.equal('ERR_NO_VERSION');
    expect(error.message).to.equal('skills.json requires a ^2, but reg.test/skills/a has 1.1.0 and 1.0.0.');
    expect(error.hint).to.match(/a@1\.1\.0 is the newest/);
    expect(error.exitCode).to.equal(4);
  });

  it('a root that does not exist, in the words of the port', async () => {
    const error = await refused({}, { a: '' });
    expect([error.code, error.message]).to.deep.equal(['ERR_NOT_FOUND', 'reg.test/skills/a is not there']);
  });

  it('a dependency that does not exist, with the way to it', async () => {
    const error = await refused(
      { a: { '1.0.0': { needs: { b: '' } } }, b: { '2.0.0': { needs: { c: '^1' } } } },
      { a: '' },
    );
    expect(error.code).to.equal('ERR_NO_VERSION');
    expect(error.message).to.equal(
      'b 2.0.0 (required by a 1.0.0, required by skills.json) requires c ^1, but no version of it is published at reg.test/skills/c.',
    );
  });

  it('two requirements that exclude each other', async () => {
    const world: World = {
      a: { '1.0.0': { needs: { c: '^1' } } },
      b: { '1.0.0': { needs: { c: '^2' } } },
      c: { '1.0.0': {}, '2.0.0': {} },
    };
    const error = await refused(world, { a: '', b: '' });
    expect(error.code).to.equal('ERR_CONFLICT');
    expect(error.message).to.equal(
      'No version of c grants every requirement: a 1.0.0 (required by skills.json) requires c ^1 and b 1.0.0 (required by skills.json) requires c ^2. There are 2.0.0 and 1.0.0.',
    );
    expect(error.data).to.deep.include({ package: idOf('c'), available: ['2.0.0', '1.0.0'] });
  });

  it('a long list of versions shortly', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`1.${index}.0`, {}]));
    const error = await refused({ a: many }, { a: '^9' });
    expect(error.message).to.match(/has 1\.19\.0, 1\.18\.0, .*1\.14\.0 and 14 older\.$/);
  });

  it('two skills of one name that the project asks for', async () => {
    const error = await refused({ pdf: { '1.0.0': {} }, 'o.test/pdf': { '1.0.0': {} } }, { pdf: '', 'o.test/pdf': '' });
    expect(error.code).to.equal('ERR_CONFLICT');
    expect(error.message).to.contain('reg.test/skills/pdf').and.to.contain('o.test/pdf');
  });

  it('two skills of one name that dependencies ask for', async () => {
    const world: World = {
      a: { '1.0.0': { needs: { 'o.test/pdf': '^1' } } },
      pdf: { '1.0.0': {} },
      'o.test/pdf': { '1.0.0': {} },
    };
    const error = await refused(world, { pdf: '', a: '' });
    expect(error.code).to.equal('ERR_CONFLICT');
    expect(error.message).to.match(/Two skills are called pdf, o\.test\/pdf and reg\.test\/skills\/pdf/);
    expect(error.message).to.match(/o\.test\/pdf is required by a 1\.0\.0, required by skills\.json/);
    expect(error.hint).to.match(/list pdf in skills\.json/);
  });

  it('a digest that does not suit', async () => {
    const world: World = { a: { [digest]: { version: '0.9.0' } }, b: { '1.0.0': { needs: { a: '^1' } } } };
    const error = await refused(world, { a: digest, b: '' });
    expect(error.code).to.equal('ERR_CONFLICT');
    expect(error.message).to.match(/skills\.json requires a sha256:abababababab/);
  });
});
