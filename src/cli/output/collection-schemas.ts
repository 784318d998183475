import { z } from 'zod';
import { digest, names } from './parts.ts';

const collectedSkill = z.strictObject({
  name: z.string(),
  version: z.string().exactOptional(),
  description: z.string().exactOptional(),
  reference: z.string().exactOptional().meta({ description: 'Where it is published' }),
  digest: digest.exactOptional(),
});

export const collectionReport = z.strictObject({
  name: z.string(),
  reference: z.string(),
  digest,
  version: z.string().exactOptional(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
  skills: z.array(collectedSkill),
});

export const collectionPushReport = collectionReport.extend({
  tags: names.meta({ description: "That point at it now, the version's first" }),
  changed: names.meta({ description: 'Skills that were put in, or are in at other content than before' }),
  removed: names,
  existed: z.boolean(),
  sparse: z.boolean(),
  warnings: names,
  dryRun: z.boolean(),
});
