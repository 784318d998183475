import { sha256 } from '../../../../src/core/index.ts';
import { blob, type Fixture, json, manifestOf } from './fixture.ts';
import { foldersOf, modeOf, type SkillContent } from './skills.ts';
import { type Entry, gzipOf, tarOf } from './tar.ts';

// landscape.md 3.3 and 3.4: many skills in one artifact, each in its folder; the folder itself first, folders without a slash,
// zero owners and times; no artifactType.

export function flux(skills: readonly SkillContent[], version: string): Fixture {
  const files = Object.fromEntries(
    skills.flatMap(({ name, files: own }) =>
      Object.entries(own).map(([path, content]) => [`${name}/${path}`, content]),
    ),
  );
  const paths = Object.keys(files);
  const folders: Entry[] = foldersOf(paths).map((path) => ({ path, type: '5', mode: 0o755 }));
  const contents: Entry[] = paths.map((path) => ({ path, content: files[path] ?? '', mode: modeOf(path) }));
  // filepath.Walk sorts the names in each folder.
  const walked = [...folders, ...contents].sort((a, b) =>
    a.path.replaceAll('/', '\0') < b.path.replaceAll('/', '\0') ? -1 : 1,
  );
  const tar = tarOf([{ path: '.', type: '5', mode: 0o755 }, ...walked]);
  const layer = blob('application/vnd.cncf.flux.content.v1.tar+gzip', gzipOf(tar));
  const config = json('application/vnd.cncf.flux.config.v1+json', {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    os: '',
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    config: {},
  });
  return manifestOf(config, [layer], {
    annotations: {
      'org.opencontainers.image.created': '2026-08-17T08:00:00Z',
      'org.opencontainers.image.revision': `${version}@sha1:17c6aea0000000000000000000000000000000aa`,
      'org.opencontainers.image.source': 'https://example.org/flux/skills',
      'org.opencontainers.image.version': version,
    },
  });
}
