import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleJob } from './bundle-job.ts';
import { cli, type Ground, noise, project, writeSmallSkill } from './ground.ts';
import { type Command, type CommandOfRun, measurePair, type Pair } from './measure.ts';
import { notes } from './notes.ts';
import type { Bench, Row } from './row.types.ts';
import { publishAll, requestsOf } from './workload.ts';

const node = process.execPath;
const nothing: Command = { argv: [node, '-e', '0'] };
const floors = join(project, 'tools/bench/floors');
const small = 200;

/** Every row of the issue but the search, in its order. */
export const rows: readonly Bench[] = [
  { id: 'start', measure: measureStart },
  { id: 'install-one', measure: measureFirstInstall },
  { id: 'install-many', measure: measureManyInstalls },
  { id: 'pull', measure: measurePull },
  { id: 'files', measure: measureFiles },
];

async function measureStart({ room }: Ground): Promise<Row[]> {
  const empty = join(room, 'empty');
  mkdirSync(empty, { recursive: true });
  const env = { SKILLS_HOME: join(room, 'start-home') };
  const version = await measurePair({ argv: [node, cli, '--version'] }, nothing, 25);
  const list = await measurePair({ argv: [node, cli, 'list'], cwd: empty, env }, nothing, 25);
  return [
    row('`skills --version` / `node -e 0`', version, 1.5),
    row('`skills list` in an empty project / `node -e 0`', list, 3.3),
  ];
}

async function measureFirstInstall({ room, host }: Ground): Promise<Row[]> {
  const skill = join(room, 'one/bench-one');
  writeSmallSkill(skill, 'bench-one', 1);
  await publishAll(host, 'one', [skill]);
  const install: CommandOfRun = (run) => ({
    argv: [node, cli, 'install', `${host}/one/bench-one:1.0.0`],
    ...freshPlace(join(room, `first-install-${run}`)),
  });
  return [
    row(
      'first install of one small skill from a loopback registry / `node -e 0`',
      await measurePair(install, nothing, 15),
      5.5,
      notes.first,
    ),
  ];
}

async function measureManyInstalls({ room, host }: Ground): Promise<Row[]> {
  const skills = Array.from({ length: small }, (_, index) => join(room, `many/bench-${index}`));
  skills.forEach((folder, index) => {
    writeSmallSkill(folder, `bench-${index}`, index + 2);
  });
  await publishAll(host, 'many', skills);
  const target = join(room, 'many-install');
  const runs = 5;
  const { lock, declared, list } = await requestsOf(host, 'many', skills, room);
  const cold: CommandOfRun = (run) => {
    const place = freshPlace(`${target}-${run}`);
    writeFileSync(join(place.cwd, 'skills.json'), declared);
    writeFileSync(join(place.cwd, 'skills.lock.json'), lock);
    return { argv: [node, cli, 'install', '--frozen'], ...place };
  };
  const floor: CommandOfRun = (run) => ({
    argv: [node, join(floors, 'fetch-hash-write.mjs'), list, `http://${host}`, join(room, `many-floor-${run}`)],
  });
  const first = await measurePair(cold, floor, runs);
  const again: Command = { argv: [node, cli, 'install'], ...placeAt(`${target}-${runs}`) };
  return [
    row(
      `${small} small skills from the lock, empty store / fetch, hash and write of the same bytes over 16 sockets`,
      first,
      2,
      notes.many,
    ),
    row('the same again, nothing to do / `node -e 0`', await measurePair(again, nothing, 15), 4, notes.again),
  ];
}

async function measurePull({ room, host }: Ground): Promise<Row[]> {
  const skill = join(room, 'large/bench-large');
  writeSmallSkill(skill, 'bench-large', 7);
  writeFileSync(join(skill, 'data.bin'), noise(100 * 1024 * 1024, 9));
  const [layer] = await publishAll(host, 'large', [skill]);
  const job = await bundleJob('pull-layer', room);
  const pull = (layout: string, ...folder: string[]): Command => ({
    argv: [node, job, host, 'large/bench-large', '1.0.0', join(room, layout), ...folder],
  });
  const floor: Command = {
    argv: [node, join(floors, 'receive-hash.mjs'), `http://${host}/v2/large/bench-large/blobs/${layer}`],
  };
  return [
    row(
      'pull of a 100 MiB layer into a layout / receive and hash it',
      await measurePair((run) => pull(`pulled-${run}`), floor, 7),
      2,
    ),
    row(
      'the same, unpacked too / receive and hash it',
      await measurePair((run) => pull(`unpacked-${run}`, join(room, `folder-${run}`)), floor, 7),
      3,
    ),
  ];
}

async function measureFiles({ room }: Ground): Promise<Row[]> {
  const count = 10_000;
  const size = 2_048;
  const folder = join(room, 'files/bench-files');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'SKILL.md'),
    '---\nname: bench-files\ndescription: Many files. Use it in benchmarks only.\nmetadata:\n  version: "1.0.0"\n---\n',
  );
  for (let index = 0; index < count; index++)
    writeFileSync(join(folder, `file-${index}.txt`), noise(size / 2, index + 1).toString('hex'));
  const package_ = join(room, 'bench-files.spm');
  await measurePair({ argv: [node, cli, 'pack', folder, '-o', package_, '--version', '1.0.0'] }, nothing, 0);
  const tar = await bundleJob('tar-folder', room);
  const unpack = await bundleJob('unpack-file', room);
  const read: Command = { argv: [node, join(floors, 'read-files.mjs'), folder] };
  const write: CommandOfRun = (run) => ({
    argv: [node, join(floors, 'write-files.mjs'), join(room, `written-${run}`), String(count), String(size)],
  });
  return [
    row(
      '10,000 files of 2 KB: tar and sha256 / `readFileSync` of them',
      await measurePair({ argv: [node, tar, folder] }, read, 7),
      4,
    ),
    row(
      '10,000 files of 2 KB: unpack / `writeFileSync` of them',
      await measurePair((run) => ({ argv: [node, unpack, package_, join(room, `unpacked-files-${run}`)] }), write, 7),
      3,
    ),
  ];
}

function row(what: string, { ours, floor, ratio }: Pair, goal: number, note?: string): Row {
  return { what, ours, floor, ratio, goal, ...(note ? { note } : {}) };
}

/** A store and a project that are used by one run. */
function placeAt(target: string): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: join(target, 'project'), env: { SKILLS_HOME: join(target, 'home') } };
}

function freshPlace(target: string): { cwd: string; env: NodeJS.ProcessEnv } {
  const place = placeAt(target);
  mkdirSync(place.cwd, { recursive: true });
  return place;
}
