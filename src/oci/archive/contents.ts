import { statSync } from 'node:fs';
import { limits, SkillsError } from '../../core/index.ts';
import { indexFile, layoutFile, layoutVersion } from '../layout/constants.ts';
import { IndexState } from '../layout/index-state.ts';
import { readPlace } from './blobs.ts';
import { scanTar, type TarPlace } from './scan.ts';

interface Contents {
  readonly stamp: string;
  readonly places: ReadonlyMap<string, TarPlace>;
  readonly state: IndexState;
}

const nothing: ReadonlyMap<string, TarPlace> = new Map();

/** What is in a layout's tar; looked at again when the file is another one. */
export class TarContents {
  readonly #file: string;
  #known: Contents | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Tells one state of the file from another; undefined where there is none. */
  get stamp(): string | undefined {
    const stat = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
    return stat?.isFile() ? `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}` : undefined;
  }

  get present(): boolean {
    return this.stamp !== undefined;
  }

  places(): ReadonlyMap<string, TarPlace> {
    return this.#look()?.places ?? nothing;
  }

  /** What index.json lists; empty where there is no file. @throws SkillsError ERR_FILE_INVALID */
  read(): IndexState {
    return this.#look()?.state ?? new IndexState();
  }

  /** The text of index.json. @throws SkillsError ERR_FILE_INVALID */
  indexText(): string {
    return readText(this.#file, this.places(), indexFile);
  }

  #look(): Contents | undefined {
    const { stamp } = this;
    if (stamp === undefined) return undefined;
    if (this.#known?.stamp === stamp) return this.#known;
    const places = scanTar(this.#file);
    this.#checkVersion(places);
    const state = IndexState.parse(readText(this.#file, places, indexFile), `${this.#file}, ${indexFile}`);
    this.#known = { stamp, places, state };
    return this.#known;
  }

  #checkVersion(places: ReadonlyMap<string, TarPlace>): void {
    const text = readText(this.#file, places, layoutFile);
    let version: unknown;
    try {
      version = (JSON.parse(text) as Record<string, unknown>).imageLayoutVersion;
    } catch (cause) {
      throw new SkillsError('ERR_FILE_INVALID', `${this.#file}: its ${layoutFile} is no JSON`, { cause });
    }
    if (version === layoutVersion) return;
    throw new SkillsError(
      'ERR_FILE_INVALID',
      `${this.#file}: its ${layoutFile} has the version ${JSON.stringify(version)}`,
      {
        hint: `only image layouts of version ${layoutVersion} are known`,
      },
    );
  }
}

function readText(file: string, places: ReadonlyMap<string, TarPlace>, path: string): string {
  const place = places.get(path);
  if (!place) {
    throw new SkillsError('ERR_FILE_INVALID', `${file}: has no ${path} in it, so it is no tar of an image layout`, {
      hint: 'an image layout is written by "skills copy", "skills bundle save", "oras backup" and "skopeo copy … oci-archive:"',
    });
  }
  if (place.size > limits.archiveRatioFloor) {
    throw new SkillsError('ERR_FILE_INVALID', `${file}: its ${path} has ${place.size} bytes, more than is accepted`);
  }
  return Buffer.from(readPlace(file, place)).toString('utf8');
}
