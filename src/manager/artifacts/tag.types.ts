/**
 * What a tag is by its name alone: `version` (exact semver), `moving` (`latest`, `1`, `1.2`: publish moves them), `digest`
 * (written by programs for what belongs to another manifest), or `other`.
 */
export type TagKind = 'version' | 'moving' | 'other' | 'digest';
