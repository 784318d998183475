import { SkillsError } from '../../core/index.ts';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws SkillsError ERR_ARTIFACT_INVALID where the bytes are no JSON object. */
export function readJsonRecord(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `The artifact cannot be read: its ${what} is not JSON`, { cause });
  }
  if (isRecord(value)) return value;
  throw new SkillsError('ERR_ARTIFACT_INVALID', `The artifact cannot be read: its ${what} is not a JSON object`);
}
