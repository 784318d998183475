import { z } from 'zod';
import { longestSkillName } from '../../core/index.ts';

/** Frontmatter of SKILL.md: agentskills.io specification, all fields and limits. */
export const skillMdSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(longestSkillName)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  description: z.string().min(1).max(1024),
  license: z.string().optional(),
  compatibility: z.string().min(1).max(500).optional(),
  'allowed-tools': z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
