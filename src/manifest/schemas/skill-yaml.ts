import { z } from 'zod';
import { abilitiesOrCapabilities } from './capabilities.ts';
import { features, framework, people, platform, requirements, signing, text, textMap, words } from './parts.ts';
import { settingBlocks } from './settings.ts';

const metadataValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: 'a text, or a list of texts',
});

/** Keys that skill.yaml and skill.json have in common. */
export const sharedFields = {
  $schema: z.string().optional(),
  name: text.optional(),
  title: text.optional(),
  version: text.optional(),
  description: text.optional(),
  author: people.optional(),
  authors: people.optional(),
  license: text.optional(),
  homepage: text.optional(),
  repository: text.optional(),
  documentation: text.optional(),
  compatibility: text.optional(),
  tags: words.optional(),
  keywords: words.optional(),
  capabilities: abilitiesOrCapabilities.optional(),
  frameworks: z.array(framework).optional(),
  dependencies: requirements.optional(),
  includes: requirements.optional(),
  suggestions: textMap.optional(),
  provides: textMap.optional(),
  aliases: z.array(z.string()).optional(),
  scope: text.optional(),
  features: features.optional(),
  platform: platform.optional(),
  registry: text.optional(),
  checksum: text.optional(),
  signing: signing.optional(),
  'instructions-file': text.optional(),
  metadata: z.record(z.string(), metadataValue).optional(),
  ...settingBlocks,
};

/** skill.yaml: seeds 000 and 001. */
export const skillYamlSchema = z.strictObject(sharedFields);
