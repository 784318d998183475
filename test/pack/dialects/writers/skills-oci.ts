import { blob, type Fixture, json, manifestOf } from './fixture.ts';
import { foldersOf, modeOf, type SkillContent } from './skills.ts';
import { type Entry, gzipOf, tarOf } from './tar.ts';

// landscape.md 3.1 and 3.4: sorted by bytes, "." first, folders with a slash, time 0, gzip level 9; no title on the layer,
// no config in its descriptor; `created` is now.

export function skillsOci({ name, files }: SkillContent, version: string): Fixture {
  const paths = Object.keys(files);
  const folders: Entry[] = foldersOf(paths).map((path) => ({ path, type: '5', mode: 0o755 }));
  const contents: Entry[] = paths.map((path) => ({ path, content: files[path] ?? '', mode: modeOf(path) }));
  const sorted = [...folders, ...contents].sort((a, b) => (a.path < b.path ? -1 : 1));
  const rooted = sorted.map((entry) => ({ ...entry, path: `${name}/${entry.path}${entry.type === '5' ? '/' : ''}` }));
  const tar = tarOf([{ path: `${name}/`, type: '5', mode: 0o755 }, ...rooted]);
  const layer = blob('application/vnd.agentskills.skill.content.v1.tar+gzip', gzipOf(tar, 9));
  const description = `Does what ${name} does. Use it in tests.`;
  const config = json('application/vnd.agentskills.skill.config.v1+json', {
    schemaVersion: '1',
    name,
    version,
    description,
    license: 'MIT',
  });
  return manifestOf(config, [layer], {
    artifactType: 'application/vnd.agentskills.skill.v1',
    annotations: {
      'io.agentskills.skill.name': name,
      'org.opencontainers.image.created': '2026-04-19T12:34:56Z',
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
    },
  });
}
