import { type Annotations, blob, type Fixture, json, manifestOf } from './fixture.ts';
import { foldersOf, modeOf, type SkillContent } from './skills.ts';
import { type Entry, gzipOf, tarOf } from './tar.ts';

// landscape.md 3.1 and 3.4: ORAS Java walks the folder in the order that the system gives, keeps real times, POSIX modes and
// links, owner 0; the layer is titled by a temporary file; the config is pushed and inlined.

const walkedAt = 1_755_000_000;

export function arconia({ name, files }: SkillContent, version: string, links: Annotations = {}): Fixture {
  const paths = Object.keys(files);
  const folders: Entry[] = foldersOf(paths).map((path) => ({ path: `${name}/${path}/`, type: '5', mode: 0o755 }));
  // An order that nothing sorts: the deepest first.
  const contents: Entry[] = paths
    .toReversed()
    .map((path) => ({ path: `${name}/${path}`, content: files[path] ?? '', mode: modeOf(path) }));
  const linked: Entry[] = Object.entries(links).map(([path, target]) => ({
    path: `${name}/${path}`,
    type: '2',
    target,
    mode: 0o777,
  }));
  const entries = [
    { path: `${name}/`, type: '5', mode: 0o755 } as const,
    ...folders.toReversed(),
    ...linked,
    ...contents,
  ];
  const tar = tarOf(
    entries.map((entry, at) => ({ ...entry, mtime: walkedAt + at })),
    'java',
  );
  const layer = blob('application/vnd.agentskills.skill.content.v1.tar+gzip', gzipOf(tar), {
    annotations: { 'org.opencontainers.image.title': 'oras4711.tar.gz' },
  });
  const facts = {
    schemaVersion: '1',
    name,
    version,
    description: `Does what ${name} does. Use it in tests.`,
    license: 'MIT',
  };
  const bare = json('application/vnd.agentskills.skill.config.v1+json', facts);
  const config = { ...bare, descriptor: { ...bare.descriptor, data: bare.bytes.toString('base64') } };
  return manifestOf(config, [layer], {
    artifactType: 'application/vnd.agentskills.skill.v1',
    annotations: {
      'org.opencontainers.image.created': '2026-08-21T10:00:00Z',
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.description': facts.description,
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.source': 'https://example.org/arconia/agent-skills',
      'io.agentskills.skill.name': name,
    },
  });
}
