import { z } from 'zod';
import { capabilityTable } from './capabilities.ts';
import { count, features, platform, requirement, text, textMap, texts } from './parts.ts';

/** skill.toml (the format behind seed 004); `min_host_version` is the neutral spelling of `min_caro_version`. */
export const skillTomlSchema = z.strictObject({
  skill: z.strictObject({
    id: text,
    name: text,
    version: text,
    description: text,
    api_version: text,
    authors: texts.optional(),
    license: text.optional(),
    homepage: text.optional(),
    repository: text.optional(),
    documentation: text.optional(),
    keywords: texts.optional(),
    min_caro_version: text.optional(),
    min_host_version: text.optional(),
  }),
  provides: z.strictObject({
    knowledge: z.boolean().optional(),
    recipes: z.boolean().optional(),
    executable: z.boolean().optional(),
  }),
  knowledge: z
    .strictObject({
      topics: texts.optional(),
      priority: z.int().optional(),
      max_context_tokens: count.optional(),
    })
    .optional(),
  recipes: z
    .strictObject({ files: texts.optional(), default_confirmation: z.enum(['auto', 'prompt', 'always']).optional() })
    .optional(),
  executable: z.strictObject({ module: text, exports: texts.optional() }).optional(),
  capabilities: capabilityTable.optional(),
  dependencies: z.record(z.string(), requirement).optional(),
  suggestions: textMap.optional(),
  features: features.optional(),
  platform: platform.optional(),
});
