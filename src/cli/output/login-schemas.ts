import { z } from 'zod';

const stored = z.strictObject({
  kind: z.enum(['file', 'helper']),
  file: z.string().meta({ description: 'Holds the credentials, or names the helper' }),
  helper: z.string().exactOptional(),
});

export const loginReport = z.strictObject({
  registry: z.string(),
  username: z.string().exactOptional(),
  verified: z.boolean().meta({ description: 'False where the registry lets everybody in' }),
  stored,
  warnings: z.array(z.string()),
});

export const logoutReport = z.strictObject({
  registry: z.string(),
  removed: z.array(stored),
  warnings: z.array(z.string()),
});
