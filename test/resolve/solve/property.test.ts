import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillsError } from '../../../src/core/index.ts';
import {
  matchingVersions,
  type Requirement,
  type Solution,
  satisfiesRange,
  solve,
} from '../../../src/resolve/index.ts';
import { idOf, type Release, type World, WorldPort } from './world.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const versions = ['1.0.0', '1.1.0', '2.0.0'];
const ranges = ['', '^1', '1.0', '>=1.1', '^2', '<2', '^3'];

interface Case {
  readonly world: World;
  readonly ask: readonly (readonly [string, string])[];
}
type Choice = ReadonlyMap<string, string>;

const rangesOf = (least: number, most: number) =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...ranges)), {
    minLength: least,
    maxLength: most,
    selector: ([name]) => name,
  });
const release: fc.Arbitrary<Release> = fc
  .tuple(rangesOf(0, 3), fc.option(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...versions)), { freq: 4 }))
  .map(([needs, provided]) => ({
    needs: Object.fromEntries(needs),
    ...(provided ? { provides: Object.fromEntries([provided]) } : {}),
  }));
const releases = fc
  .uniqueArray(fc.constantFrom(...versions), { minLength: 0, maxLength: 3 })
  .chain((list) =>
    fc.tuple(...list.map(() => release)).map((all) => Object.fromEntries(list.map((v, i) => [v, all[i] ?? {}]))),
  );
const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.tuple(...names.map(() => releases)), rangesOf(1, 3))
  .map(([all, ask]) => ({ world: Object.fromEntries(names.map((name, i) => [name, all[i] ?? {}])), ask }));

/** Every choice of versions that is a solution, by the definition and nothing else. */
function bruteForce({ world, ask }: Case): Choice[] {
  const found: Choice[] = [];
  const choose = (index: number, choice: Map<string, string>): void => {
    const name = names[index];
    if (name === undefined) {
      if (isSolution(world, ask, choice)) found.push(new Map(choice));
      return;
    }
    choose(index + 1, choice);
    for (const version of Object.keys(world[name] ?? {})) choose(index + 1, new Map(choice).set(name, version));
  };
  choose(0, new Map());
  return found;
}

function isSolution(world: World, ask: Case['ask'], choice: Choice): boolean {
  const roots = new Set(ask.map(([name]) => name));
  const holds = (name: string, range: string) => {
    const version = choice.get(name);
    return version !== undefined && satisfiesRange(version, range);
  };
  const standsIn = (name: string, range: string) =>
    [...roots].some((root) => {
      const provided = root === name ? undefined : world[root]?.[choice.get(root) ?? '']?.provides?.[name];
      return provided !== undefined && satisfiesRange(provided, range);
    });
  if (!ask.every(([name, range]) => holds(name, range))) return false;
  const needed = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const [other, range] of Object.entries(world[name]?.[choice.get(name) ?? '']?.needs ?? {})) {
      if (other === name || standsIn(other, range)) continue;
      if (!holds(other, range)) return false;
      open.push(other);
    }
  }
  return [...choice.keys()].every((name) => needed.has(name));
}

function requirements(ask: Case['ask']): Requirement[] {
  return ask.map(([name, range]) => ({ packageId: idOf(name), name, range }));
}

function choiceOf(solution: Solution): Choice {
  return new Map([...solution.packages.values()].map(({ name, version }) => [name, version ?? '']));
}

async function trySolve({ world, ask }: Case, port = new WorldPort(world)): Promise<Choice | undefined> {
  try {
    return choiceOf(await solve(requirements(ask), port));
  } catch (error) {
    if (isSkillsError(error, 'ERR_CONFLICT', 'ERR_NO_VERSION', 'ERR_NOT_FOUND')) return undefined;
    throw error;
  }
}

describe('solve against brute force', function () {
  this.timeout(60_000);

  it('finds a solution exactly where there is one, and it is one', async () => {
    let solvable = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const all = bruteForce(one);
        const choice = await trySolve(one);
        expect(choice !== undefined, JSON.stringify(all.map((each) => [...each]))).to.equal(all.length > 0);
        if (choice) expect(isSolution(one.world, one.ask, choice)).to.equal(true);
        solvable += choice ? 1 : 0;
      }),
      { numRuns: 1500 },
    );
    expect(solvable).to.be.greaterThan(100);
  });

  it('gives the first requirement the newest version that any solution has, then the second, and so on', async () => {
    const plain = cases.map(({ world, ask }) => ({ ask, world: withoutProvides(world) }));
    await fc.assert(
      fc.asyncProperty(plain, async (one) => {
        let all = bruteForce(one);
        const choice = await trySolve(one);
        for (const [name] of one.ask) {
          const best = matchingVersions(
            '',
            all.map((each) => each.get(name) ?? ''),
          )[0];
          expect(choice?.get(name)).to.equal(best);
          all = all.filter((each) => each.get(name) === best);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('asks nothing twice, and stays with a solution that it is given', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async (one, pick) => {
        const port = new WorldPort(one.world);
        const choice = await trySolve(one, port);
        expect(new Set(port.asked).size).to.equal(port.asked.length);
        expect(await trySolve(one)).to.deep.equal(choice);
        const all = bruteForce({ ...one, world: withoutProvides(one.world) });
        const locked = all[pick % Math.max(all.length, 1)];
        if (!locked) return;
        const prefer = new Map([...locked].map(([name, version]) => [idOf(name), version]));
        const again = await solve(requirements(one.ask), new WorldPort(withoutProvides(one.world)), { prefer });
        expect(choiceOf(again)).to.deep.equal(new Map([...locked].sort()));
      }),
      { numRuns: 500 },
    );
  });
});

function withoutProvides(world: World): World {
  return Object.fromEntries(
    Object.entries(world).map(([name, all]) => [
      name,
      Object.fromEntries(Object.entries(all).map(([version, { needs }]) => [version, needs ? { needs } : {}])),
    ]),
  );
}
