import { readAgentskills } from './agentskills-read.ts';
import { agentskillsTypes, writeAgentskills } from './agentskills-write.ts';
import type { Dialect } from './dialect.types.ts';

/**
 * "Agent Skills OCI Artifacts Specification", draft 0.1.0, with this project's manifest under the config's key `package`.
 * Written so that Arconia, skills-oci and `oras pull` take it; read from any of its writers.
 */
export const agentskills: Dialect = {
  name: 'agentskills',
  artifactTypes: [agentskillsTypes.artifact],
  configTypes: [agentskillsTypes.config],
  layerTypes: [agentskillsTypes.layer],
  root: 'named',
  read: readAgentskills,
  write: writeAgentskills,
};
