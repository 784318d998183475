import { z } from 'zod';

/** Fields that skill.yaml, skill.json and (in part) skill.toml share. Schemas have no transforms: JSON Schema has none. */
export const text = z.string().min(1);
export const texts = z.array(z.string().min(1));
export const textMap = z.record(z.string(), z.string());
export const seconds = z.number().positive();
export const count = z.int().nonnegative();

/** Words, as a list or separated by commas. */
export const words = z.union([texts, z.string()], { error: 'a list of words' });

export const person = z.union(
  [text, z.strictObject({ name: text, email: z.string().optional(), url: z.string().optional() })],
  { error: 'a name, or a map with name, email and url' },
);

export const people = z.union([z.array(person), person], { error: 'a list of names' });

const detailedRequirement = z.strictObject({
  version: text.optional(),
  optional: z.boolean().optional(),
  features: texts.optional(),
});

export const requirement = z.union([z.string(), detailedRequirement, z.record(z.string(), z.string())], {
  error: 'a version range, a map with version, optional and features, or a map of packages of another ecosystem',
});

const requirementMap = z.record(z.string(), requirement);

/** A map, or a list of one-key maps (seed 000) and plain names. */
export const requirements = z.union([requirementMap, z.array(z.union([z.string(), requirementMap]))], {
  error: 'a map of names to version ranges, or a list of one-key maps',
});

export const framework = z.strictObject({
  name: text,
  compatibility: text.optional(),
  'instructions-file': text.optional(),
});

export const signing = z.strictObject({ algorithm: text, 'public-key-id': text.optional() });

export const features = z.record(
  z.string(),
  z.strictObject({ description: z.string().optional(), default: z.boolean().optional() }),
);

export const platform = z.strictObject({
  os: z.array(z.enum(['linux', 'macos', 'windows'])).optional(),
  arch: z.array(z.enum(['x86_64', 'aarch64', 'arm'])).optional(),
  required_tools: texts.optional(),
  optional_tools: texts.optional(),
});
