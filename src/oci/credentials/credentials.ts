/** What proves to a registry who asks. Never logged, never part of an error. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  /** A refresh token of the registry's token service (docker's `identitytoken`). */
  readonly identityToken?: string;
  /** Sent as it is: `Authorization: Bearer …`. */
  readonly registryToken?: string;
}

/** Finds the credentials for a registry, `host[:port]`; `repository` lets it choose those for a part of the registry. */
export interface CredentialSource {
  (registry: string, repository?: string): Promise<Credentials | undefined>;
  /** Why there are none for a registry and what to do, where the source knows better than "log in". */
  readonly explain?: ((registry: string) => string | undefined) | undefined;
  /** Where those for a registry are to be mended, where they come from something that a login does not change. */
  readonly mend?: ((registry: string) => string | undefined) | undefined;
  /** Where those for a registry come from, in words: `/home/ann/.docker/config.json`. */
  readonly locate?: ((registry: string, repository?: string) => Promise<string | undefined>) | undefined;
  /** Lets it ask anew what it remembers: after a login or a logout. */
  readonly forget?: (() => void) | undefined;
}

/** The credentials of the first source that has some. */
export function firstCredentials(...sources: readonly CredentialSource[]): CredentialSource {
  const find = async (registry: string, repository?: string) => {
    for (const source of sources) {
      const found = await source(registry, repository);
      if (found) return found;
    }
    return undefined;
  };
  const explain = (registry: string) => {
    for (const source of sources) {
      const reason = source.explain?.(registry);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
  const mend = (registry: string) =>
    sources.map((source) => source.mend?.(registry)).find((hint) => hint !== undefined);
  const locate = async (registry: string, repository?: string) => {
    for (const source of sources) {
      if (await source(registry, repository)) return (await source.locate?.(registry, repository)) ?? 'the application';
    }
    return undefined;
  };
  const forget = () => {
    for (const source of sources) source.forget?.();
  };
  return Object.assign(find, { explain, mend, locate, forget });
}

/** The value of an Authorization header (RFC 7617); undefined without a user name and a password. */
export function basicHeader(credentials: Credentials | undefined): string | undefined {
  if (credentials?.username === undefined || credentials.password === undefined) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}
