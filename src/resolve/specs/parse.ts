import { looksLikeRegistry } from '../../core/index.ts';
import { isGitSpec, readGitSpec, readShorthand } from './git.ts';
import { invalidSpec } from './invalid.ts';
import { readNameSpec, readOciSpec, readScopedSpec } from './name.ts';
import { isLayoutSpec, isPackagePath, looksLikePath, readFileUrl, readLayoutSpec, readPath } from './paths.ts';
import type { Spec, SpecForm } from './spec.ts';
import { readWebSpec } from './web.ts';

/**
 * Reads a spec as a person types it; the first rule that fits decides (DESIGN, "Names and references").
 *
 * 1. a prefix says it: `oci-layout:`, `oci://`, `docker://`, `git+…://`, `git@host:…`, `https://`, `file:`, `github:`, `gitlab:`
 * 2. a path begins with `.`, `/`, `~` or a drive; a package file ends in .spm, .tgz, .tar.gz or .zip
 * 3. `@scope/name`
 * 4. with a slash: a first segment with a dot or a port is a registry; else it is `owner/repo` on GitHub
 * 5. a bare name
 *
 * @throws SkillsError ERR_REFERENCE_INVALID; the message says what the text was read as.
 */
export function parseSpec(text: string): Spec {
  const typed = text.trim();
  if (typed === '')
    throw invalidSpec(text, 'it is empty', 'name a skill: pdf, ghcr.io/acme/skills/pdf:1.2.0, owner/repo');
  if (hasControlCharacter(typed)) throw invalidSpec(JSON.stringify(typed), 'it has control characters in it');
  return { raw: text, ...readForm(typed) };
}

function readForm(text: string): SpecForm {
  if (isLayoutSpec(text)) return readLayoutSpec(text);
  if (/^(?:oci|docker):\/\//.test(text)) return readOciSpec(text.replace(/^\w+:\/\//, ''));
  if (/^https?:\/\//i.test(text)) return readWebSpec(text);
  if (text.startsWith('file:')) return readFileUrl(text);
  if (looksLikePath(text)) return readPath(text);
  if (isGitSpec(text)) return readGitSpec(text);
  if (/^(?:github|gitlab):/.test(text)) return readShorthand(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw unknownScheme(text);
  if (text.startsWith('@')) return readScopedSpec(text);
  return readUnmarked(text);
}

/** What has no prefix: a registry's repository, a package file, `owner/repo`, or a name. */
function readUnmarked(text: string): SpecForm {
  const slash = text.indexOf('/');
  // A slash behind "@" belongs to a branch or a range, not to the name.
  const at = text.indexOf('@');
  const segmented = slash > 0 && (at < 0 || slash < at);
  if (segmented && looksLikeRegistry(text.slice(0, slash))) return readOciSpec(text);
  if (isPackagePath(text)) return readPath(`./${text}`);
  return segmented ? readShorthand(text) : readNameSpec(text);
}

function unknownScheme(text: string): Error {
  const scheme = text.slice(0, text.indexOf(':'));
  return invalidSpec(
    text,
    `"${scheme}://" is not known`,
    'known are oci://, https://, git+https://, git+ssh:// and ssh://',
  );
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}
