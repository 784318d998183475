import { SkillsError } from '../core/index.ts';

/** Why an archive, or an entry of it, is refused: a stable word for programs and tests (`error.data.reason`). */
export type Refusal =
  | PathReason
  | ClashReason
  | 'device'
  | 'encrypted'
  | 'hard-link'
  | 'link-dangling'
  | 'link-escape'
  | 'link-folder'
  | 'link-loop'
  | 'ratio'
  | 'sparse'
  | 'too-large'
  | 'too-many-entries';

/** What can be wrong with one path. */
export type PathReason =
  | 'absolute-path'
  | 'backslash'
  | 'control-character'
  | 'empty-path'
  | 'not-utf8'
  | 'parent-segment'
  | 'reserved-name'
  | 'too-long';

/** What can be wrong with a path beside others. */
export type ClashReason = 'case-collision' | 'duplicate' | 'file-and-folder' | 'unicode-collision';

/** Why an archive cannot be read at all. */
export type Breakage =
  | 'checksum'
  | 'corrupt'
  | 'empty'
  | 'header'
  | 'several-roots'
  | 'trailing-data'
  | 'truncated'
  | 'unsupported'
  | 'wrong-root';

/** An archive that holds what is refused: ERR_ARCHIVE_UNSAFE with `data: {reason, path}`. */
export function unsafeArchive(reason: Refusal, what: string, path?: string): SkillsError {
  return new SkillsError('ERR_ARCHIVE_UNSAFE', `The archive is refused: ${what}`, {
    hint: 'nothing of it was unpacked; ask its author to pack the skill again with "skills pack"',
    data: { reason, ...(path === undefined ? {} : { path }) },
  });
}

/** An archive that is damaged or of a form that is not read: ERR_ARTIFACT_INVALID with `data: {reason}`. */
export function brokenArchive(reason: Breakage, what: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The archive cannot be read: ${what}`, {
    hint: 'nothing of it was unpacked; fetch it again, or ask its author to pack the skill again with "skills pack"',
    cause,
    data: { reason },
  });
}

/** A path as it is shown in a message: control characters and quotes made visible. */
export function quotePath(path: string): string {
  return JSON.stringify(path);
}
