import { type Platform, sha256 } from '../../../../src/core/index.ts';
import { type Annotations, blob, type Fixture, indexOf, json, manifestOf } from './fixture.ts';
import type { SkillContent } from './skills.ts';
import { gzipOf, tarOf } from './tar.ts';

// landscape.md 3.3 and 3.4: an index of one manifest for each platform, all with the same layer; files alone, sorted, at the
// root, 0644 whatever they were; the epoch everywhere, so that all of it is reproducible.

const artifactType = 'dev.toolhive.skills.v1';
const epoch = '1970-01-01T00:00:00Z';
const platforms: readonly Platform[] = [
  { architecture: 'amd64', os: 'linux' },
  { architecture: 'arm64', os: 'linux' },
];

export function toolhive({ name, files }: SkillContent, version: string, requires: readonly string[] = []): Fixture {
  const paths = Object.keys(files).sort();
  const tar = tarOf(paths.map((path) => ({ path, content: files[path] ?? '' })));
  const title: Annotations = { 'org.opencontainers.image.title': 'skill.tar.gz' };
  const layer = blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tar, 9), { annotations: title });
  const description = `Does what ${name} does. Use it in tests.`;
  const annotations = {
    'dev.toolhive.skills.description': description,
    'dev.toolhive.skills.name': name,
    ...(requires.length > 0 ? { 'dev.toolhive.skills.requires': JSON.stringify(requires) } : {}),
    'dev.toolhive.skills.version': version,
    'org.opencontainers.image.created': epoch,
  };
  const children = platforms.map((platform) => {
    const config = json('application/vnd.oci.image.config.v1+json', {
      created: epoch,
      ...platform,
      config: {
        Labels: {
          'dev.toolhive.skills.allowedTools': 'null',
          'dev.toolhive.skills.description': description,
          'dev.toolhive.skills.files': JSON.stringify(paths),
          'dev.toolhive.skills.license': 'MIT',
          'dev.toolhive.skills.name': name,
          'dev.toolhive.skills.version': version,
        },
      },
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
      history: [{ created: epoch, created_by: 'toolhive package' }],
    });
    return { fixture: manifestOf(config, [layer], { artifactType, annotations }), platform };
  });
  return indexOf(children, { artifactType, annotations });
}
