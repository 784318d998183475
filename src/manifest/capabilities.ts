/**
 * What a skill asks to be allowed. Everything empty or false asks for nothing.
 *
 * The three spellings of the formats (`sandbox.allow_*`, `security.permissions`, `[capabilities]`) all become this.
 */
export interface Capabilities {
  readonly exec: {
    /** Names of programs (argv[0]). */
    readonly commands: readonly string[] | 'any';
    /** Never, even where `commands` has them. */
    readonly blocked: readonly string[];
  };
  /** Paths as written: relative to the project, `~`, `/…` or with `$PROJECT_ROOT`, `$SKILLS_CACHE`. */
  readonly fs: { readonly read: readonly string[]; readonly write: readonly string[] };
  /** `example.com`, `*.example.com` (any subdomain) or `https://example.com:8443`. */
  readonly net: readonly string[] | 'any';
  /** Names of environment variables, or `PREFIX_*`. */
  readonly env: readonly string[];
  readonly secrets: boolean;
  /** Whether a program it runs may start others. */
  readonly spawn: boolean;
  /** Names of host functions that a WebAssembly module imports. */
  readonly wasm: readonly string[];
}

/** Asks for nothing. */
export const noCapabilities: Capabilities = {
  exec: { commands: [], blocked: [] },
  fs: { read: [], write: [] },
  net: [],
  env: [],
  secrets: false,
  spawn: false,
  wasm: [],
};

/** Whether nothing at all is asked for. */
export function asksForNothing(asked: Capabilities): boolean {
  return listCapabilities(asked).length === 0;
}

/** One line each, as a person reads it before agreeing: `exec: aws`, `write: ./output`, `net: any host`. */
export function listCapabilities(asked: Capabilities): string[] {
  const lines = (kind: string, items: readonly string[] | 'any', all: string) =>
    items === 'any' ? [`${kind}: ${all}`] : items.map((item) => `${kind}: ${item}`);
  return [
    ...lines('exec', asked.exec.commands, 'any command'),
    ...lines('read', asked.fs.read, ''),
    ...lines('write', asked.fs.write, ''),
    ...lines('net', asked.net, 'any host'),
    ...lines('env', asked.env, ''),
    ...(asked.secrets ? ['secrets'] : []),
    ...(asked.spawn ? ['spawn'] : []),
    ...lines('wasm', asked.wasm, ''),
  ];
}

/** The most that may be asked for; what is absent is not bounded. */
export interface CapabilityBounds {
  readonly commands?: readonly string[] | 'any';
  /** Added to what the skill itself blocks. */
  readonly blocked?: readonly string[];
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly net?: readonly string[] | 'any';
  readonly env?: readonly string[];
  readonly secrets?: boolean;
  readonly spawn?: boolean;
  readonly wasm?: readonly string[];
}
