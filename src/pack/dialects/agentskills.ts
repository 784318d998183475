import { readAgentskills } from './agentskills-read.ts';
import type { Dialect } from './dialect.types.ts';

export const agentskillsTypes = {
  artifact: 'application/vnd.agentskills.skill.v1',
  config: 'application/vnd.agentskills.skill.config.v1+json',
  layer: 'application/vnd.agentskills.skill.content.v1.tar+gzip',
} as const;

/**
 * "Agent Skills OCI Artifacts Specification", draft 0.1.0, with this project's manifest under the config's key `package`.
 * Written so that Arconia, skills-oci and `oras pull` take it; read from any of its writers.
 */
export const agentskills: Dialect = {
  name: 'agentskills',
  artifactTypes: [agentskillsTypes.artifact],
  // Cumasach's config has a type of its own.
  configTypes: [agentskillsTypes.config, 'application/vnd.agentskills.config.v1+json'],
  // The second is skr's, the third of a Rust library.
  layerTypes: [
    agentskillsTypes.layer,
    'application/vnd.agentskills.skill.layer.v1+tar+gzip',
    'application/vnd.agentskills.skill.v1.tar+gzip',
  ],
  root: 'named',
  read: readAgentskills,
};
