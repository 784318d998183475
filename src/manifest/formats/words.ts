import type { z } from 'zod';
import type { people, person, words } from '../schemas/parts.ts';

/** A list, or words separated by commas. */
export function readWords(value: z.infer<typeof words> | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = typeof value === 'string' ? value.split(',') : value;
  return [...new Set(list.map((word) => word.trim()).filter((word) => word !== ''))];
}

/** `Name <mail>` of each person. */
export function readPeople(value: z.infer<typeof people> | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map(formatPerson);
}

function formatPerson(value: z.infer<typeof person>): string {
  if (typeof value === 'string') return value;
  const mail = value.email ? ` <${value.email}>` : '';
  const url = value.url ? ` (${value.url})` : '';
  return `${value.name}${mail}${url}`;
}
