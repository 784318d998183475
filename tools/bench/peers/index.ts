import { type CommandOfRun, measureInTurn, median } from '../measure.ts';
import { type ClientName, findClients, preparePeerGround } from './ground.ts';
import { operationsOf, type PeerOperation } from './rows.ts';
import { prepareWorkload } from './workload.ts';

/** The rows beside other clients, as text: a table, and what was absent. */
export interface PeerTable {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

/** The operations, before anything is prepared for them. */
const ids = ['peer-small', 'peer-large', 'peer-unpack', 'peer-push', 'peer-many', 'peer-mirror', 'peer-copy'];
const clients: readonly ClientName[] = ['oras', 'crane', 'skopeo'];

/** @param chosen whether a row of this id is wanted. */
export async function measurePeers(chosen: (id: string) => boolean): Promise<PeerTable> {
  if (!ids.some(chosen)) return { lines: [], notes: [] };
  const { here, absent } = findClients();
  const notes = absent.map((name) => `${name} is absent: no figures of it (\`npm run test:peers\` builds or names it)`);
  await using ground = await preparePeerGround();
  if (!ground) return { lines: [], notes: [...notes, 'no registry of others is here: no rows beside other clients'] };
  const lines = [
    `| on ${ground.kind} | ours | ${clients.join(' | ')} | ours / oras | at most | |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  const work = await prepareWorkload(ground);
  for (const operation of operationsOf(ground, work)) {
    if (!chosen(operation.id)) continue;
    process.stderr.write(`${operation.id} …\n`);
    const line = await measureOperation(operation, here);
    process.stdout.write(`${line}\n`);
    lines.push(line);
    if (operation.note) notes.push(`${operation.what}: ${operation.note}`);
  }
  return { lines, notes };
}

async function measureOperation(operation: PeerOperation, here: readonly ClientName[]): Promise<string> {
  const start: CommandOfRun = { argv: [process.execPath, '-e', '0'] };
  const commands: Record<string, CommandOfRun> = { start, ours: operation.ours };
  for (const name of here) {
    const command = operation.others[name];
    if (command) commands[name] = command;
  }
  const times = await measureInTurn(commands, operation.runs);
  const ratios = (times.ours ?? []).map((time, run) => {
    const counted = operation.withoutStart ? time - (times.start?.[run] ?? 0) : time;
    return counted / (times.oras?.[run] ?? Number.NaN);
  });
  const figures = ['ours', ...clients].map((name) => {
    const measured = times[name];
    if (measured) return `${median(measured).toFixed(0)} ms`;
    return operation.others[name as ClientName] ? 'absent' : '';
  });
  const ratio = median(ratios);
  const verdict = Number.isNaN(ratio) ? 'not measured' : ratio <= operation.goal ? 'met' : '**missed**';
  const shown = Number.isNaN(ratio) ? '' : ratio.toFixed(2);
  return `| ${[operation.what, ...figures, shown, operation.goal.toFixed(1), verdict].join(' | ')} |`;
}
