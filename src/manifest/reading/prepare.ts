import { z } from 'zod';
import type { FileReport, Path } from './file-report.ts';
import { quoteScalar, renameKey } from './text-fixes.ts';

/**
 * A copy of `value` in the shape that `schema` expects where only its writing is in the way: keys in another spelling
 * (`allowedTools`, `allowed_tools`), empty entries, and texts that YAML took for numbers. Each is reported.
 */
export function prepare(schema: z.ZodType, value: unknown, report: FileReport, path: Path = []): unknown {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return prepareUnion(bare, value, report, path);
  if (bare instanceof z.ZodString) return asWritten(value, report, path);
  if (bare instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item, index) => prepare(bare.element as z.ZodType, item, report, [...path, index]));
  }
  if (!isMap(value)) return value;
  if (bare instanceof z.ZodRecord) {
    const item = bare.valueType as z.ZodType;
    return mapEntries(value, (key, inner) => [key, prepare(item, inner, report, [...path, key])]);
  }
  return bare instanceof z.ZodObject ? prepareObject(bare, value, report, path) : value;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function prepareObject(schema: z.ZodObject, value: Readonly<Record<string, unknown>>, report: FileReport, path: Path) {
  return mapEntries(value, (written, inner) => {
    const key = rightSpelling(schema, value, written, report, path);
    const here = [...path, key];
    if (inner === null) {
      report.warn('field/empty', here, `${here.join('.')} has no value`, { mend: 'give it a value or take it out' });
      return undefined;
    }
    const part = schema.shape[key] as z.ZodType | undefined;
    return [key, part ? prepare(part, inner, report, here) : inner];
  });
}

function rightSpelling(schema: z.ZodObject, value: object, written: string, report: FileReport, path: Path): string {
  if (Object.hasOwn(schema.shape, written)) return written;
  const right = Object.keys(schema.shape).find((key) => lettersOf(key) === lettersOf(written));
  if (right === undefined || Object.hasOwn(value, right)) return written;
  report.noteSpelling([...path, right], written);
  report.warn('field/spelling', [...path, right], `"${written}" is another spelling of "${right}"`, {
    mend: `write ${right}`,
    fix: renameKey(report, [...path, right], written, right),
  });
  return right;
}

function lettersOf(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}

function prepareUnion(schema: z.ZodUnion, value: unknown, report: FileReport, path: Path): unknown {
  const options = schema.options as readonly z.ZodType[];
  const fitting = options.find((option) => fits(unwrap(option), value));
  return fitting ? prepare(fitting, value, report, path) : value;
}

function fits(option: z.ZodType, value: unknown): boolean {
  if (option instanceof z.ZodArray) return Array.isArray(value);
  if (option instanceof z.ZodRecord) return isMap(value);
  if (option instanceof z.ZodObject) return isMap(value) && Object.keys(value).every((key) => key in option.shape);
  if (option instanceof z.ZodBoolean) return typeof value === 'boolean';
  if (option instanceof z.ZodNumber) return typeof value === 'number';
  return option instanceof z.ZodString && !Array.isArray(value) && !isMap(value);
}

/** A number or boolean of a YAML file, where a text is wanted, as it was written. */
function asWritten(value: unknown, report: FileReport, path: Path): unknown {
  if (typeof value !== 'number' && typeof value !== 'boolean') return value;
  const source = report.sourceOf(path);
  if (source === undefined) return value;
  report.warn(
    'field/quote',
    path,
    `${path.join('.')} is a ${typeof value} in YAML; it is read as the text "${source}"`,
    {
      mend: `put it in quotes: "${source}"`,
      fix: quoteScalar(report, path, source),
    },
  );
  return source;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

function mapEntries(
  value: Readonly<Record<string, unknown>>,
  change: (key: string, value: unknown) => readonly [string, unknown] | undefined,
): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, item]) => change(key, item));
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}
