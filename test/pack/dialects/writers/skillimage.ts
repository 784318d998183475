import { sha256 } from '../../../../src/core/index.ts';
import { blob, type Fixture, json, manifestOf } from './fixture.ts';
import { foldersOf, modeOf, type SkillContent } from './skills.ts';
import { type Entry, gzipOf, tarOf } from './tar.ts';

// landscape.md 3.3 and 3.4: a plain image for linux/amd64, or with types of Red Hat's; `skill.yaml` is a SkillCard; real times and
// owners, folders without a slash, no title on the layer.

const types = {
  standard: ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  redhat: ['application/vnd.redhat.agentskill.config.v1+json', 'application/vnd.redhat.agentskill.layer.v1.tar+gzip'],
} as const;

export function skillimage(
  { name, files: own }: SkillContent,
  version: string,
  profile: keyof typeof types = 'standard',
): Fixture {
  const [configType, layerType] = types[profile];
  const files: Record<string, string> = { ...own, 'skill.yaml': skillCard(name, version) };
  const paths = Object.keys(files);
  const folders: Entry[] = foldersOf(paths).map((path) => ({ path, type: '5', mode: 0o755 }));
  const contents: Entry[] = paths.map((path) => ({ path, content: files[path] ?? '', mode: modeOf(path) }));
  const walked = [...folders, ...contents].sort((a, b) => (a.path < b.path ? -1 : 1));
  const tar = tarOf(walked.map((entry, at) => ({ ...entry, mtime: 1_746_400_000 + at, uid: 501, uname: 'octo' })));
  const config = json(configType, {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
  });
  return manifestOf(config, [blob(layerType, gzipOf(tar))], {
    annotations: {
      'io.skillimage.compatibility': 'claude-3.5-sonnet',
      'io.skillimage.status': 'published',
      'io.skillimage.tags': '["example"]',
      'io.skillimage.wordcount': '4',
      'org.opencontainers.image.authors': 'OCTO Team <octo@example.org>',
      'org.opencontainers.image.created': '2026-05-05T09:00:00Z',
      'org.opencontainers.image.description': `Does what ${name} does. Use it in tests.`,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.title': 'A Title For People',
      'org.opencontainers.image.vendor': 'examples',
      'org.opencontainers.image.version': version,
    },
  });
}

function skillCard(name: string, version: string): string {
  return `apiVersion: skillimage.io/v1alpha1
kind: SkillCard
metadata:
  name: ${name}
  namespace: examples
  version: ${version}
  display-name: A Title For People
  description: Does what ${name} does.
spec:
  prompt: SKILL.md
`;
}

/** A list of skills, as an artifact of one YAML file. */
export function skillimageCollection(name: string, images: Readonly<Record<string, string>>): Fixture {
  const type = 'application/vnd.skillimage.collection.v1+yaml';
  const skills = Object.entries(images).map(([skill, image]) => `  - name: ${skill}\n    image: ${image}\n`);
  const text = `apiVersion: skillimage.io/v1alpha1\nkind: SkillCollection\nmetadata:\n  name: ${name}\n  version: 0.1.0\nskills:\n${skills.join('')}`;
  return manifestOf(blob('application/vnd.oci.empty.v1+json', '{}'), [blob(type, text)], {
    artifactType: type,
    annotations: { 'io.skillimage.collection.name': name, 'org.opencontainers.image.title': name },
  });
}
