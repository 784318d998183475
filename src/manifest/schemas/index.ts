import { type ZodType, z } from 'zod';
import { configSchema } from './settings.ts';
import { skillJsonSchema } from './skill-json.ts';
import { skillManifestSchema } from './skill-manifest.ts';
import { skillMdSchema } from './skill-md.ts';
import { skillTomlSchema } from './skill-toml.ts';
import { skillYamlSchema } from './skill-yaml.ts';

export type SchemaName = 'skill-md' | 'skill-yaml' | 'skill-toml' | 'skill-json' | 'config' | 'skill-manifest';

const titles: Readonly<Record<SchemaName, string>> = {
  'skill-md': 'Frontmatter of SKILL.md (agentskills.io)',
  'skill-yaml': 'skill.yaml',
  'skill-toml': 'skill.toml',
  'skill-json': 'skill.json',
  config: 'config.json',
  'skill-manifest': 'The manifest of a skill inside its OCI artifact',
};

/** The one source of what the formats hold. */
export const schemas: Readonly<Record<SchemaName, ZodType>> = {
  'skill-md': skillMdSchema,
  'skill-yaml': skillYamlSchema,
  'skill-toml': skillTomlSchema,
  'skill-json': skillJsonSchema,
  config: configSchema,
  'skill-manifest': skillManifestSchema,
};

/** JSON Schemas (draft 2020-12) of every format, by name: what `schemas/<name>.schema.json` holds. */
export function jsonSchemas(): Record<SchemaName, Record<string, unknown>> {
  const made = Object.entries(schemas).map(([name, schema]) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
    return [name, { $schema, title: titles[name as SchemaName], ...rest }];
  });
  return Object.fromEntries(made);
}
