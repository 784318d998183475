import { expect } from 'chai';
import { describePeers } from './support/peers.ts';
import {
  distribution,
  dockerRegistry,
  embedded,
  goContainerRegistry,
  type RegistryKind,
  zot,
} from './support/registries.ts';
import { cli, tryRun } from './support/run.ts';
import { useWorld } from './support/world.ts';

interface Probed {
  readonly findings: readonly { readonly id: string; readonly answer: string; readonly detail: string }[];
  readonly left: readonly string[];
}

for (const kind of [zot, distribution, dockerRegistry, goContainerRegistry, embedded]) {
  describePeers(`doctor and delete on ${kind.name}`, kind.needs, () => describeVerbs(kind));
}

function describeVerbs(kind: RegistryKind): void {
  const world = useWorld(kind);

  it('finds out what it can do, and leaves nothing that can be removed', async () => {
    const [prefix = ''] = world().repository.split(/\/[^/]+$/);
    const { findings, left }: Probed = JSON.parse(
      await world().skills('doctor', '--registry', prefix, '--write', '--json'),
    );
    const answers = Object.fromEntries(findings.map(({ id, answer }) => [id, answer]));
    const text = JSON.stringify(findings, null, 1);
    expect(answers, text).to.include({
      connection: 'yes',
      api: 'yes',
      login: 'yes',
      digests: 'yes',
      push: 'yes',
      largeUpload: 'yes',
      chunks: 'yes',
      movingTags: 'yes',
      trust: 'no',
      deleteManifests: 'yes',
      referrers: kind.referrers === 'tag' ? 'no' : 'yes',
      subject: kind.referrers === 'tag' ? 'no' : 'yes',
      mount: kind.quirks?.includes('does not mount') ? 'no' : 'yes',
    });
    expect(left.filter((what) => /manifests/.test(what))).to.deep.equal([]);
  });

  it('deletes a skill with all its names and all that refers to it', async () => {
    const reference = `${world().fresh()}:1.0.0`;
    await world().skills('push', world().skill, reference);
    await world().skills('tag', reference, 'stable');
    const [sbom = ''] = (
      await world().skills('attach', reference, '--artifact-type', 'text/x-a', '-a', 'a=b', '-q')
    ).split('\n');
    await world().skills('attach', sbom, '--artifact-type', 'text/x-b', '-a', 'a=b');
    const { referrers, tags } = JSON.parse(await world().skills('delete', reference, '-mry', '--json'));
    expect([referrers.length, [...tags].sort()]).to.deep.equal([2, ['1.0.0', 'stable']]);
    const { room } = world();
    const words = ['tags', reference.replace(/:[^:]+$/, ''), '--all', '-q'];
    // where the last tag is gone, some registries know the repository no more
    const left = await tryRun(process.execPath, [cli, ...words], { cwd: room, env: { HOME: room } });
    expect(left.stdout, left.stderr).to.equal('');
  });
}
