import { annotationKeys } from './annotation-keys.ts';
import type { ArtifactFacts, ArtifactSource, Dialect } from './dialect.types.ts';
import { jsonListOf, statedManifest, textOf } from './stated.ts';

type Row = Pick<Dialect, 'name'> & Partial<Pick<Dialect, 'artifactTypes' | 'configTypes' | 'layerTypes' | 'root'>>;

/** A dialect of which only its media types and the annotations of its manifest are known. */
function plain(row: Row, read: (source: ArtifactSource) => ArtifactFacts = readAnnotations): Dialect {
  return {
    artifactTypes: [],
    configTypes: [],
    layerTypes: [],
    root: 'any',
    ...row,
    read: async (source) => read(source),
  };
}

function readAnnotations({ annotations }: ArtifactSource): ArtifactFacts {
  const version = textOf(annotations[annotationKeys.version]);
  return version === undefined ? {} : { version };
}

/** Alibaba's ACR: required are `org.agent.skill.name` and `.version`. */
function readAcr({ annotations }: ArtifactSource): ArtifactFacts {
  const of = (key: string) => textOf(annotations[`org.agent.skill.${key}`]);
  const version = of('version');
  const stated = statedManifest({
    name: of('name'),
    version,
    description: of('description'),
    license: of('license'),
    compatibility: compatibilityOf(of('compatibility')),
    repository: annotations[annotationKeys.source],
  });
  return { ...(stated ? { stated } : {}), ...(version === undefined ? {} : { version }) };
}

/** A JSON list in the one annotation, a sentence in a manifest. */
function compatibilityOf(text: string | undefined): string | undefined {
  const list = jsonListOf(text);
  return Array.isArray(list) && list.length > 0 ? list.join(', ') : text;
}

/** reference/landscape.md, section 3.3: of most of these no more is known than what stands here. */
export const plainDialects: readonly Dialect[] = [
  plain({
    name: 'flux',
    configTypes: ['application/vnd.cncf.flux.config.v1+json'],
    layerTypes: ['application/vnd.cncf.flux.content.v1.tar+gzip'],
  }),
  plain(
    {
      name: 'acr',
      artifactTypes: ['application/vnd.agent.skill.v1+json'],
      layerTypes: ['application/vnd.agent.skill.content.v1.tar+gzip'],
    },
    readAcr,
  ),
  plain({
    name: 'ramalama',
    artifactTypes: ['application/vnd.cncf.skill.manifest.v1+json'],
    configTypes: ['application/vnd.cncf.skill.config.v1+json'],
    layerTypes: ['application/vnd.cncf.skill.bundle.v1.tar+gzip'],
  }),
  plain({ name: 'agentrc', layerTypes: ['application/vnd.agentrc.agent.skill.layer.v1.tar+gzip'] }),
  plain({ name: 'ocx', layerTypes: ['application/vnd.ocx.skills.v1.tar+gzip'] }),
];

/** Whatever else holds a tar: a skill if SKILL.md is in it, as the artifacts of `chainctl skills`, whose types are not published. */
export const anyTar: Dialect = plain({ name: 'tar' });
