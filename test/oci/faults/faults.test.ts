import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isSkillsError, mapConcurrently, type SkillsError } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { type RegistryServer, serveRegistry } from '../../../src/oci/server/index.ts';
import { type Plan, startFaultProxy } from './fault-proxy.ts';
import { type Row, rows } from './misfortunes.ts';
import { expectSound, fill, type Operation, operations, type Stage } from './operations.ts';

/** Milliseconds that any operation may take, whatever happens. */
const bound = 20_000;
const quick = { retries: 2, retryDelay: 2, connectTimeout: 5_000 };
/** A busy machine is silent for a while, too: impatient only where waiting is what finds out. */
const patient = { ...quick, idleTimeout: 10_000, minimumRate: 1 };
const impatient = { ...quick, retries: 3, idleTimeout: 300, minimumRate: 3_500 };

interface Outcome {
  readonly error: SkillsError | undefined;
  readonly requests: number;
}

describe('a network that fails', () => {
  let folder: string;
  let server: RegistryServer;
  let round = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skills-faults-'));
    server = await serveRegistry({ dir: join(folder, 'registry'), durable: false });
    await using direct = new RemoteRegistry(server.host);
    await fill(direct);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs an operation as a new process would, and says how it ended and how many requests it made. */
  async function play(operation: Operation, plan: Plan, row?: Row): Promise<Outcome> {
    const options = row?.stalls ? impatient : patient;
    const metWebPage = row?.name === 'a web page';
    await using proxy = await startFaultProxy(server.host);
    await using registry = new RemoteRegistry(proxy.host, options);
    await using chunked = new RemoteRegistry(proxy.host, { ...options, chunkBytes: 64 * 1024 });
    await using direct = new RemoteRegistry(server.host);
    const own = join(folder, `round-${++round}`);
    mkdirSync(own);
    const layouts = join(folder, 'registry');
    const stage: Stage = { registry, chunked, direct, folder: own, layouts, fresh: `acme/fresh-${round}`, metWebPage };
    await operation.prepare?.(stage);
    proxy.begin(plan);
    const start = performance.now();
    const error = await operation.run(stage).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const requests = proxy.count();
    expect(performance.now() - start, 'time that it took').to.be.below(bound);
    if (error !== undefined && !isSkillsError(error)) throw error;
    const place = operation.sound?.(stage);
    if (place !== undefined) await expectSound(place);
    if (error === undefined) await operation.check?.(stage);
    return { error, requests };
  }

  function expectEnd(error: SkillsError | undefined, { codes, name }: Row, mustSucceed: boolean, where: string): void {
    const said = error && `${error.code}: ${error.message}`;
    if (mustSucceed) expect(said, `${name}, ${where}`).to.equal(undefined);
    else if (error) expect(codes, `${name}, ${where}: ${said}`).to.include(error.code);
  }

  for (const operation of operations) {
    describe(operation.name, () => {
      let requests: number;
      it('works while nothing happens', async () => {
        const outcome = await play(operation, undefined);
        expect(outcome.error).to.equal(undefined);
        requests = outcome.requests;
        expect(requests).to.be.above(0);
      });

      for (const row of rows) {
        it(`${row.once === 'mended' ? 'gets over' : 'finds out, or gets over,'} ${row.name}, wherever it happens once`, async () => {
          const numbers = Array.from({ length: requests }, (_, index) => index + 1);
          await mapConcurrently(numbers, 5, async (at) => {
            const { error } = await play(operation, { misfortune: row.misfortune, at }, row);
            expectEnd(error, row, row.once === 'mended' || row.codes.length === 0, `at request ${at} of ${requests}`);
          });
        });

        it(`${row.codes.length === 0 ? 'works with' : 'ends, and says why, with'} ${row.name} all the time`, async () => {
          const { error } = await play(operation, { misfortune: row.misfortune, at: 'all' }, row);
          expectEnd(error, row, row.codes.length === 0, 'at all requests');
        });
      }
    });
  }
});
