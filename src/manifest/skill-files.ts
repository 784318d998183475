/** The files of one skill, however they are held. Paths are relative, `/`-separated, NFC. */
export interface SkillFiles {
  /** Last segment of the skill's folder; empty where it is not known. */
  readonly folder: string;
  readonly paths: readonly string[];
  /** The bytes of a file; undefined where there is none. */
  read(path: string): Uint8Array | undefined;
}

/** Files held in memory, from a map of path to text or bytes. */
export function filesInMemory(
  folder: string,
  contents: ReadonlyMap<string, string | Uint8Array> | Readonly<Record<string, string | Uint8Array>>,
): SkillFiles {
  const held = new Map(contents instanceof Map ? contents : Object.entries(contents));
  return {
    folder,
    paths: [...held.keys()],
    read(path) {
      const content = held.get(path);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}
