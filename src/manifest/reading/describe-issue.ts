import type { z } from 'zod';
import type { Path } from './file-report.ts';

export type IssueKind = 'unknown' | 'required' | 'type' | 'length' | 'value' | 'format';

const plainTypes: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** What sort of thing is wrong. `value` is what stands there. */
export function kindOf(issue: z.core.$ZodIssue, value: unknown): IssueKind {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'unknown';
    case 'too_big':
    case 'too_small':
      return typeof value === 'number' ? 'value' : 'length';
    case 'invalid_format':
      return 'format';
    case 'invalid_value':
      return value === undefined ? 'required' : 'value';
    default:
      return value === undefined ? 'required' : 'type';
  }
}

/** The issue in plain words. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  kind: IssueKind,
  path: Path,
  value: unknown,
): { message: string; mend: string } {
  const field = path.map(String).join('.');
  switch (kind) {
    case 'unknown':
      return { message: `"${field}" is not a field of this file`, mend: 'take it out, or put it under metadata' };
    case 'required':
      return { message: `${field} is missing`, mend: `add ${path.map(String).at(-1)}` };
    case 'type':
      return { message: `${field} must be ${wanted(issue)}, and is ${nameOf(value)}`, mend: `write ${wanted(issue)}` };
    case 'format':
      return {
        message: `${field} is not well formed: ${JSON.stringify(value)}`,
        mend: `write ${field} as its format demands`,
      };
    case 'length':
      return {
        message: `${field} ${boundOf(issue, value)}`,
        mend: issue.code === 'too_big' ? 'shorten it' : 'fill it in, or take it out',
      };
    case 'value':
      return {
        message: `${field} must be ${wanted(issue)}, and is ${JSON.stringify(value)}`,
        mend: `write ${wanted(issue)}`,
      };
  }
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return plainTypes[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
  return issue.message;
}

function boundOf(issue: z.core.$ZodIssue, value: unknown): string {
  const size = typeof value === 'string' ? [...value].length : 0;
  if (issue.code === 'too_big') return `has ${size} characters; ${issue.maximum} are allowed`;
  return 'is empty';
}

function nameOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return plainTypes[typeof value] ?? typeof value;
}
