/** Credentials for one registry, given for the lifetime of a manager and stored nowhere. */
export interface RegistryLogin {
  /** `host[:port]`; default the host of the default registry, unless it is a project that says which that is. */
  readonly registry?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A refresh token of the registry's token service, in place of user name and password. */
  readonly identityToken?: string | undefined;
}
