import type { z } from 'zod';
import type { Grade } from '../problem.ts';
import type { Rule } from '../rules.ts';
import { describeIssue, type IssueKind, kindOf } from './describe-issue.ts';
import type { FileReport, Path } from './file-report.ts';
import { isMap, prepare } from './prepare.ts';

export interface FieldRules<S extends z.ZodObject> {
  /** What a whole file must be. */
  readonly schema: S;
  /** The grade of an issue; unknown fields are warnings and all else errors where it is not given. */
  readonly gradeOf?: (kind: IssueKind, path: Path) => Grade | 'silent';
  /** A rule id of the format's own. */
  readonly ruleOf?: (kind: IssueKind, path: Path) => Rule | undefined;
  /** Kinds of issue that are reported while the value is kept. */
  readonly keep?: readonly IssueKind[];
  /** Top-level tables that stay although a field they need is missing. */
  readonly keepTables?: readonly string[];
}

/** Passes over which values that do not fit are taken out; each takes out all that the one before found. */
const maxPasses = 8;

/**
 * Reports everything in `value` that `schema` refuses, and returns what is left of it when that is taken out: a map
 * whose fields have the schema's types, each of them possibly missing.
 */
export function readFields<S extends z.ZodObject>(
  value: unknown,
  report: FileReport,
  rules: FieldRules<S>,
): { fields: Partial<z.infer<S>>; raw: Readonly<Record<string, unknown>> } {
  if (!isMap(value)) {
    report.error('file/not-a-map', [], `${report.file} holds no map of fields`, { mend: 'write it as key: value' });
    return { fields: {}, raw: {} };
  }
  const raw = prepare(rules.schema, value, report) as Record<string, unknown>;
  const rest = structuredClone(raw);
  for (let pass = 0; pass < maxPasses; pass++) {
    const { error } = rules.schema.safeParse(rest);
    if (!error) break;
    if (!takeOut(rest, error.issues, report, rules, pass === 0)) break;
  }
  return { fields: rest as Partial<z.infer<S>>, raw };
}

/** Reports the issues and takes their values out; whether anything was taken out. */
function takeOut<S extends z.ZodObject>(
  rest: Record<string, unknown>,
  issues: readonly z.core.$ZodIssue[],
  report: FileReport,
  rules: FieldRules<S>,
  first: boolean,
): boolean {
  let changed = false;
  for (const issue of issues.toReversed()) {
    const kind = kindOf(issue, valueAt(rest, issue.path));
    const targets = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of targets) {
      if (first) reportIssue(issue, kind, path, valueAt(rest, path), report, rules);
      if (rules.keep?.includes(kind)) continue;
      if (kind === 'required' && rules.keepTables?.includes(String(path[0])) && path.length <= 2) continue;
      changed = remove(rest, kind === 'required' ? path.slice(0, -1) : path) || changed;
    }
  }
  return changed;
}

function reportIssue<S extends z.ZodObject>(
  issue: z.core.$ZodIssue,
  kind: IssueKind,
  path: Path,
  value: unknown,
  report: FileReport,
  { gradeOf, ruleOf }: FieldRules<S>,
): void {
  const grade = gradeOf?.(kind, path) ?? (kind === 'unknown' ? 'warning' : 'error');
  if (grade === 'silent') return;
  const { message, mend } = describeIssue(issue, kind, path, value);
  report.add(grade, ruleOf?.(kind, path) ?? `field/${kind}`, path, message, { mend });
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

function remove(root: Record<string, unknown>, path: Path): boolean {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (last === undefined || parent === undefined) return false;
  if (Array.isArray(parent)) return parent.splice(Number(last), 1).length > 0;
  return Reflect.has(parent as object, last) && Reflect.deleteProperty(parent as object, last);
}
