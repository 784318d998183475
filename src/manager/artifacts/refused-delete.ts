import { isSkillsError, SkillsError, toSkillsError } from '../../core/index.ts';

/** Registries whose operators do not decide on deletes; what their users do instead. */
const hosted: readonly (readonly [host: RegExp, hint: string])[] = [
  [
    /(?:^|\.)ghcr\.io$/,
    'ghcr.io deletes in the package\'s settings on GitHub, or with "gh api --method DELETE /user/packages/container/…/versions/…"',
  ],
  [/^(?:index\.|registry-1\.)?docker\.io$/, 'Docker Hub deletes on its web pages, or by its own API'],
];

/**
 * Says why a registry does not delete. Answers of registries with deletes switched off: 405 (distribution), or 400, 403
 * or 501 with the code UNSUPPORTED (distribution-spec, "Deleting Manifests").
 *
 * @param what a tag, or the manifest itself: some registries remove manifests only.
 */
export function explainRefusedDelete(thrown: unknown, reference: string, what: 'tag' | 'manifest'): SkillsError {
  const error = toSkillsError(thrown);
  if (isProtected(error)) return explainProtected(error, reference);
  if (!isSkillsError(error, 'ERR_REGISTRY', 'ERR_UNAUTHORISED') || !isRefusal(error)) return error;
  const { host } = (error.data ?? {}) as { host?: string };
  const own = hosted.find(([pattern]) => pattern.test(host ?? ''))?.[1];
  return new SkillsError(
    'ERR_REGISTRY',
    `${host ?? 'the registry'} does not delete ${what === 'tag' ? 'tags' : 'manifests'}: nothing happened to ${reference}`,
    {
      cause: error,
      hint:
        own ??
        (what === 'tag'
          ? 'this registry may only delete whole manifests, with all their tags: add --manifest; or deletes are disabled in it'
          : 'deletes are disabled in this registry: its operator enables them (distribution: REGISTRY_STORAGE_DELETE_ENABLED=true), or removes content for you'),
      data: error.data,
    },
  );
}

function isRefusal({ data }: SkillsError): boolean {
  const status = Number(data?.status);
  const codes = Array.isArray(data?.codes) ? data.codes : [];
  return status === 405 || status === 501 || status === 400 || codes.includes('UNSUPPORTED');
}

/** Rules that keep tags or manifests as they are: Harbor answers 412, others 409. */
function isProtected({ data }: SkillsError): boolean {
  return data?.status === 409 || data?.status === 412;
}

function explainProtected(error: SkillsError, reference: string): SkillsError {
  return new SkillsError('ERR_REGISTRY', `${reference} is kept by a rule of the registry`, {
    cause: error,
    hint: 'its tags may be immutable, or something else may need it; ask who runs the registry',
    data: error.data,
  });
}
