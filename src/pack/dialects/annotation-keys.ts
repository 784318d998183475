/** Annotation keys; OCI image-spec, annotations.md, and the agentskills draft's own. */
export const annotationKeys = {
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  description: 'org.opencontainers.image.description',
  licenses: 'org.opencontainers.image.licenses',
  version: 'org.opencontainers.image.version',
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
  skillName: 'io.agentskills.skill.name',
  compatibility: 'io.agentskills.skill.compatibility',
} as const;
