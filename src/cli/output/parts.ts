import { z } from 'zod';

/** What many documents have in them. */
export const digest = z.string().regex(/^sha(256|512):[a-f0-9]+$/);
export const bytes = z.number().int().nonnegative();
export const names = z.array(z.string());
