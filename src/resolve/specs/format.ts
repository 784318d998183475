import { formatReference } from '../../core/index.ts';
import { formatGit } from './git.ts';
import { formatLayout, formatSkill } from './paths.ts';
import type { GitSpec, LayoutSpec, NameSpec, OciSpec, Spec, SpecForm } from './spec.ts';

/** The normal text of a spec: `parseSpec(formatSpec(spec))` is the same spec. */
export function formatSpec(spec: SpecForm): string {
  switch (spec.kind) {
    case 'name':
      return formatName(spec);
    case 'oci':
      return formatOci(spec);
    case 'layout':
      return formatLayout(spec);
    case 'git':
      return formatGit(spec);
    case 'url':
      return spec.url;
    case 'folder':
    case 'file':
      return spec.path;
  }
}

/**
 * Where a spec comes from, without what of it: the `source` of skills.json, and the packageId of all that is no bare name.
 *
 * `ghcr.io/acme/skills/pdf`, `ghcr.io/acme/skills#pdf`, `owner/repo/path`, `git+https://…#:path`, `oci-layout:./dir`, `./folder`, `https://…/x.spm`.
 */
export function sourceOf(spec: Spec): string {
  switch (spec.kind) {
    case 'name':
      return formatName({ kind: 'name', name: spec.name, ...(spec.scope ? { scope: spec.scope } : {}), range: '' });
    case 'oci':
      return `${spec.reference.registry}/${spec.reference.repository}${formatSkill(spec.skill)}`;
    case 'layout':
      return formatLayout(withoutKey(spec));
    case 'git':
      return formatGit(withoutRef(spec));
    default:
      return formatSpec(spec);
  }
}

/** What of its source a spec asks for: a range, tag, digest or git ref; '' = the newest, or all there is. */
export function versionAsked(spec: Spec): string {
  switch (spec.kind) {
    case 'name':
      return spec.range;
    case 'oci':
      return spec.reference.digest ?? spec.reference.tag ?? spec.range;
    case 'layout':
      return spec.key ?? '';
    case 'git':
      return spec.ref ?? '';
    default:
      return '';
  }
}

function withoutRef({ ref: _, ...spec }: GitSpec): GitSpec {
  return spec;
}

function formatName({ name, scope, range }: NameSpec): string {
  return `${scope ? `${scope}/` : ''}${name}${range === '' ? '' : `@${range}`}`;
}

function formatOci({ reference, range, skill }: OciSpec): string {
  return `${formatReference(reference)}${formatSkill(skill)}${range === '' ? '' : `@${range}`}`;
}

function withoutKey({ key: _, ...spec }: LayoutSpec): LayoutSpec {
  return spec;
}
