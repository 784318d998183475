/** Each rule finds its match from one start only (mind the lookbehinds): hostile texts of any length cost linear time. */
const rules: readonly (readonly [RegExp, string])[] = [
  // user:password@ in a URL (RFC 3986 section 3.2.1), up to the last @ before the path: passwords hold some unescaped
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:"]{0,512}:[^\s/"]{0,4096}@/gi, '$1***@'],
  // a token alone before the @, as git and npm write it; `ssh://git@…` is a user's name and no secret
  [/(?<![a-z0-9])(https?:\/\/)[^\s/@:"]{1,4096}@/gi, '$1***@'],
  // Authorization header values (RFC 9110 section 11.6.2)
  [/\b(Bearer|Basic)\s{1,8}[A-Za-z0-9._~+/=-]{8,}/gi, '$1 ***'],
  // secrets in query strings and forms
  [
    /([?&](?:(?:access_|refresh_|id_|identity_?)?token|password|passwd|secret|client_secret|api_?key|sig|signature|X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token))=)[^&\s"]+/gi,
    '$1***',
  ],
  // well-known token shapes: GitHub, GitLab, npm, AWS access keys, Docker Hub, JSON web tokens
  [
    /(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{20,}|dckr_[a-z]{3}_[\w-]{20,}|AKIA[0-9A-Z]{16}(?!\w))/g,
    '***',
  ],
  [/(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g, '***'],
];

/** `text` with passwords, tokens and signatures replaced by `***`. */
export function redact(text: string): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** A value with every string in it redacted, ten levels deep; what is no plain object or list stays as it is. */
export function redactValue(value: unknown, depth = 10): unknown {
  if (typeof value === 'string') return redact(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth - 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, depth - 1)]));
}
