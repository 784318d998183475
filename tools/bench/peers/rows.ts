import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf } from '../../../test/peers/support/peers.ts';
import { cli } from '../ground.ts';
import type { Command, CommandOfRun } from '../measure.ts';
import type { ClientName, PeerGround } from './ground.ts';
import { manySkills, type Workload } from './workload.ts';

/** An operation, and how each client is told to do it. A client that cannot is left out. */
export interface PeerOperation {
  readonly id: string;
  readonly what: string;
  readonly runs: number;
  readonly ours: CommandOfRun;
  readonly others: Readonly<Partial<Record<ClientName, CommandOfRun>>>;
  /** At most this many times as long as oras. */
  readonly goal: number;
  /** What it takes to start Node is not counted. */
  readonly withoutStart?: boolean;
  readonly note?: string;
}

const node = process.execPath;

export function operationsOf(ground: PeerGround, work: Workload): readonly PeerOperation[] {
  return [
    pullSmall(ground, work),
    pullLarge(ground, work),
    unpackLarge(ground, work),
    push(ground, work),
    pullMany(ground, work),
    mirrorMany(ground, work),
    copyBlobs(ground, work),
  ];
}

function pullSmall({ room }: PeerGround, { small }: Workload): PeerOperation {
  return {
    id: 'peer-small',
    what: 'one small artifact pulled',
    runs: 11,
    goal: 2.5,
    withoutStart: true,
    note: 'the ratio is that of ours without the start of Node, measured in the same rounds. Ours keeps the artifact in its store, checks and unpacks it; oras writes the archive, crane and skopeo a layout.',
    ours: (run) => ours(room, `small-${run}`, 'pull', small, '-o', join(room, `small-out-${run}`)),
    others: {
      oras: (run) => other('oras', 'pull', '--plain-http', '-o', join(room, `small-oras-${run}`), small),
      crane: (run) => other('crane', 'pull', '--format=oci', small, join(room, `small-crane-${run}`)),
      skopeo: (run) => skopeo(`docker://${small}`, `oci:${join(room, `small-skopeo-${run}`)}:1.0.0`),
    },
  };
}

function pullLarge({ room }: PeerGround, { large }: Workload): PeerOperation {
  return {
    id: 'peer-large',
    what: '100 MiB layer pulled into a layout',
    runs: 5,
    goal: 1,
    note: 'ours writes through fsync, the others do not; in Node all bytes pass through JavaScript (0.7 s of processor time against 0.2 s of oras), and the start is 0.1 s of it.',
    ours: (run) => ours(room, `large-${run}`, 'copy', large, `oci-layout:${join(room, `large-out-${run}`)}:1.0.0`),
    others: {
      oras: (run) =>
        other('oras', 'cp', '--from-plain-http', large, '--to-oci-layout', `${join(room, `large-oras-${run}`)}:1.0.0`),
      crane: (run) => other('crane', 'pull', '--format=oci', large, join(room, `large-crane-${run}`)),
      skopeo: (run) => skopeo(`docker://${large}`, `oci:${join(room, `large-skopeo-${run}`)}:1.0.0`),
    },
  };
}

function unpackLarge({ room }: PeerGround, { large }: Workload): PeerOperation {
  const unpack = (folder: string) =>
    `${quote(programOf('oras'))} pull --plain-http -o ${folder} ${large} && tar -xf ${folder}/*.tar.gz -C ${folder}`;
  return {
    id: 'peer-unpack',
    what: 'the same pulled and unpacked (oras: and `tar -xf`)',
    runs: 5,
    goal: 1,
    note: 'ours also keeps the layer in its store, and hashes every file.',
    ours: (run) => ours(room, `unpack-${run}`, 'pull', large, '-o', join(room, `unpack-out-${run}`)),
    others: { oras: (run) => ({ argv: ['sh', '-c', unpack(join(room, `unpack-oras-${run}`))] }) },
  };
}

function push({ room, to }: PeerGround, { layout }: Workload): PeerOperation {
  const place = (client: string, run: number) => `${to}/${client}-${run}/bench-large:1.0.0`;
  return {
    id: 'peer-push',
    what: '100 MiB pushed when already packed',
    runs: 5,
    goal: 1,
    note: 'from a layout folder into a repository that does not exist yet; oras and crane hand the file to the kernel (sendfile) and do not hash what they send; ours checks every byte that leaves.',
    ours: (run) => ours(room, `push-${run}`, 'copy', `oci-layout:${layout}:1.0.0`, place('ours', run)),
    others: {
      oras: (run) => other('oras', 'cp', '--from-oci-layout', `${layout}:1.0.0`, '--to-plain-http', place('oras', run)),
      crane: (run) => other('crane', 'push', layout, place('crane', run)),
      skopeo: (run) => skopeo(`oci:${layout}:1.0.0`, `docker://${place('skopeo', run)}`),
    },
  };
}

/** Four processes at once, each for one reference: `$0`, into the folder with the number `$1`. */
function fourAtOnce(room: string, many: readonly string[], client: string, command: (folder: string) => string) {
  return (run: number): Command => {
    const folder = join(room, `many-${client}-${run}`);
    mkdirSync(folder);
    const list = join(folder, 'list');
    writeFileSync(list, many.map((reference, index) => `${reference} ${index}\n`).join(''));
    return { argv: ['sh', '-c', `xargs -P 4 -n 2 sh -c '${command(folder)}' < ${list}`] };
  };
}

function pullMany({ room }: PeerGround, { many, declared, lock }: Workload): PeerOperation {
  const insecure = '--insecure-policy copy -q --src-tls-verify=false';
  return {
    id: 'peer-many',
    what: `${manySkills} small artifacts pulled: one process of ours, four at once of the others'`,
    runs: 3,
    goal: 1,
    note: '`skills install --frozen` into an empty store and an empty project, which also unpacks, checks and activates them.',
    ours: (run) => {
      const command = ours(room, `many-${run}`, 'install', '--frozen');
      const cwd = join(room, `many-ours-${run}`);
      mkdirSync(cwd);
      writeFileSync(join(cwd, 'skills.json'), declared);
      writeFileSync(join(cwd, 'skills.lock.json'), lock);
      return { ...command, cwd };
    },
    others: {
      oras: fourAtOnce(room, many, 'oras', (to) => `exec ${programOf('oras')} pull --plain-http -o ${to}/$1 $0`),
      crane: fourAtOnce(room, many, 'crane', (to) => `exec ${programOf('crane')} pull --format=oci $0 ${to}/$1`),
      skopeo: fourAtOnce(
        room,
        many,
        'skopeo',
        (to) => `exec ${programOf('skopeo')} ${insecure} docker://$0 oci:${to}/$1:1.0.0`,
      ),
    },
  };
}

function mirrorMany({ room, from }: PeerGround, { many }: Workload): PeerOperation {
  const target = (run: number) => `oci-layout:${join(room, `mirror-ours-${run}`)}`;
  return {
    id: 'peer-mirror',
    what: `${manySkills} small artifacts taken as they are: \`skills mirror\`, four at once of oras`,
    runs: 3,
    goal: 1,
    ours: (run) => ours(room, `mirror-${run}`, 'mirror', `${from}/many`, target(run), '--no-referrers'),
    others: {
      oras: fourAtOnce(
        room,
        many,
        'oras-layout',
        (to) => `exec ${programOf('oras')} cp --from-plain-http $0 --to-oci-layout ${to}/$1:1.0.0`,
      ),
    },
  };
}

function copyBlobs({ room, to }: PeerGround, { blobs }: Workload): PeerOperation {
  const place = (client: string, run: number) => `${to}/blobs/${client}-${run}:1.0.0`;
  return {
    id: 'peer-copy',
    what: '800 small blobs copied from registry to registry',
    runs: 3,
    goal: 1,
    note: 'an index of 10 manifests, each with a config and 79 layers. (With 100 manifests of 8 blobs the registry is what is measured: zot takes 30 ms for a manifest.) Of three requests for each blob two are writes; the registries share the two cores with the client, and ours takes 1.0 s of processor time against 0.5 s of oras.',
    ours: (run) => ours(room, `copy-${run}`, 'copy', blobs, place('ours', run)),
    others: {
      oras: (run) => other('oras', 'cp', '--from-plain-http', '--to-plain-http', blobs, place('oras', run)),
      crane: (run) => other('crane', 'copy', blobs, place('crane', run)),
      skopeo: (run) => skopeo(`docker://${blobs}`, `docker://${place('skopeo', run)}`),
    },
  };
}

function ours(room: string, home: string, ...args: string[]): Command {
  return { argv: [node, cli, ...args], env: { SKILLS_HOME: join(room, 'homes', home) } };
}

function other(client: ClientName, ...args: string[]): Command {
  return { argv: [programOf(client), ...args] };
}

/** Without `--preserve-digests` it may compress again, which would be measured. */
function skopeo(from: string, to: string): Command {
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  return other('skopeo', '--insecure-policy', 'copy', '--quiet', '--all', '--preserve-digests', ...plain, from, to);
}

function quote(word: string): string {
  return `'${word}'`;
}
