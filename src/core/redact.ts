const rules: readonly (readonly [RegExp, string])[] = [
  // user:password@ in a URL (RFC 3986 section 3.2.1)
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, '$1***@'],
  // Authorization header values (RFC 9110 section 11.6.2)
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 ***'],
  // secrets in query strings
  [/([?&](?:access_token|token|password|secret|sig|signature|X-Amz-Signature)=)[^&\s]+/gi, '$1***'],
  // well-known token shapes: GitHub, GitLab, npm, AWS access keys, JSON web tokens
  [
    /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16})\b/g,
    '***',
  ],
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g, '***'],
];

/** `text` with passwords, tokens and signatures replaced by `***`. */
export function redact(text: string): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
