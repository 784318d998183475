import { isSkillName, nameOfId, parseReference, toSkillName } from '../../core/index.ts';
import { isSelector } from '../versions/ranges.ts';
import { invalidSpec } from './invalid.ts';
import type { NameSpec, OciSpec } from './spec.ts';

const scopePattern = /^@[a-z0-9][a-z0-9._-]*$/;

/** `pdf`, `pdf@^1.2`; a dotted id of skill.toml (`cloud.aws`) is the name that it stands for. */
export function readNameSpec(text: string): NameSpec {
  const { base, range } = splitRange(text, text);
  return { kind: 'name', name: readName(text, base), range };
}

/** `@acme/pdf`, `@acme/pdf@latest`. */
export function readScopedSpec(text: string): NameSpec {
  const slash = text.indexOf('/');
  const scope = text.slice(0, slash < 0 ? text.length : slash);
  if (slash < 0 || !scopePattern.test(scope)) {
    throw invalidSpec(text, 'it was read as a scoped name, and is not well formed', 'write it as @scope/name');
  }
  const { base, range } = splitRange(text, text.slice(slash + 1));
  return { kind: 'name', name: readName(text, base), scope, range };
}

/** `ghcr.io/acme/skills/pdf`, with `:tag`, `@digest` or `@range`, and `#skill` before or after the last two. */
export function readOciSpec(text: string): OciSpec {
  const [, before = text, skill, after = ''] = /^([^#]*)#([^#@]*)(@[^#]*)?$/.exec(text) ?? [];
  const spec = readReference(before + after);
  if (skill === undefined) return spec;
  checkSkill(text, skill);
  return { ...spec, skill };
}

/** @throws SkillsError ERR_REFERENCE_INVALID for what stands behind a `#` and names no skill. */
export function checkSkill(text: string, skill: string): void {
  if (!isSkillName(skill)) throw invalidSpec(text, `"${skill}" behind the "#" is not a skill's name`);
}

function readReference(text: string): OciSpec {
  const at = text.indexOf('@');
  const range = at < 0 ? '' : text.slice(at + 1);
  if (range === '' || /^sha\d*:/.test(range)) return { kind: 'oci', reference: parseReference(text), range: '' };
  const reference = parseReference(text.slice(0, at));
  if (reference.tag !== undefined) {
    throw invalidSpec(text, `it has both the tag "${reference.tag}" and the range "${range}"`, 'leave one of them out');
  }
  checkRange(text, range);
  return { kind: 'oci', reference, range };
}

function splitRange(text: string, rest: string): { base: string; range: string } {
  const at = rest.indexOf('@');
  if (at < 0) return { base: rest, range: '' };
  const range = rest.slice(at + 1).trim();
  checkRange(text, range);
  return { base: rest.slice(0, at), range };
}

function checkRange(text: string, range: string): void {
  if (range === '') throw invalidSpec(text, 'nothing follows the "@"', 'a range, tag or digest goes there: pdf@^1.2');
  if (isSelector(range)) return;
  const why = /^sha\d*:/.test(range) ? 'is not a digest' : 'is neither a version range, nor a tag, nor a digest';
  throw invalidSpec(text, `"${range}" ${why}`, 'write pdf@1.2.0, pdf@^1.2, pdf@latest or pdf@sha256:<64 hex digits>');
}

function readName(text: string, written: string): string {
  if (isSkillName(written)) return written;
  if (/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(written) && isSkillName(nameOfId(written))) return nameOfId(written);
  throw invalidSpec(text, `it was read as a skill's name, and "${written}" is not one`, nameHint(text, written));
}

function nameHint(text: string, written: string): string {
  const [, name, version] = /^([a-z0-9-]+):(.+)$/.exec(written) ?? [];
  if (name && version) return `a version goes behind "@": ${text.replace(written, `${name}@${version}`)}`;
  if (written.includes('/')) return 'a scoped name has two parts: @scope/name';
  if (written.includes('\\')) return 'for a folder write .\\ before it';
  const nearest = toSkillName(written);
  const rule = 'a name has 1 to 64 lower-case letters and digits, joined by single hyphens';
  return nearest ? `${rule}; did you mean ${nearest}? For a folder write ./${written}` : rule;
}
