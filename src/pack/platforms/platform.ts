import { type Descriptor, type Platform, SkillsError } from '../../core/index.ts';

/** `linux/arm64`, `linux/arm/v7`: image-spec, image-index.md, `platform`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

/** Whether a platform is the one that is asked for; a variant counts only where it is named. */
export function isPlatform(platform: Platform, asked: string): boolean {
  const full = formatPlatform(platform);
  return full === asked || formatPlatform({ os: platform.os, architecture: platform.architecture }) === asked;
}

/** @throws SkillsError ERR_USAGE */
export function checkPlatform(text: string): string {
  if (/^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)?$/.test(text)) return text;
  throw new SkillsError('ERR_USAGE', `"${text}" is not a platform`, {
    hint: 'write it as os/architecture, perhaps with a variant: linux/amd64, linux/arm/v7',
  });
}

/** The platform of a child of an index; undefined for what is none, such as the attestations that buildkit puts beside images. */
export function platformOf({ platform, annotations }: Descriptor): Platform | undefined {
  if (!platform || typeof platform.os !== 'string' || typeof platform.architecture !== 'string') return undefined;
  const attached = annotations?.['vnd.docker.reference.type'] !== undefined || platform.os === 'unknown';
  return attached ? undefined : platform;
}
