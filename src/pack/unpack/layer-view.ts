const whiteoutPrefix = '.wh.';
const opaqueName = '.wh..wh..opq';
const whiteoutSegment = /(?:^|\/)\.wh\./;

export interface LayerViewOptions {
  /** Only what is in this folder, by its path in it; '' for all. */
  readonly folder?: string | undefined;
  /** Whether files called `.wh.…` are whiteouts (image-spec, layer.md). */
  readonly layered?: boolean | undefined;
}

/**
 * Tells of each entry of some archives whether it belongs to the tree that they make together, and where in it.
 *
 * Layers are read from the top down, so that everything that is seen can be written at once and nothing is taken away
 * again: an upper file hides a lower one and what lay below its path, an upper folder hides a lower file, a whiteout hides its
 * path and what lies below it, an opaque whiteout what its folder held. A layer never hides anything of itself.
 */
export class LayerView {
  readonly #folder: string;
  readonly #layered: boolean;
  /** Hidden, with all below: what upper layers have a file or a whiteout for. */
  readonly #gone = new Set<string>();
  /** Hidden below, and not themselves. */
  readonly #opaque = new Set<string>();
  /** Hidden only where a lower layer has a file there. */
  readonly #folders = new Set<string>();
  #nextGone: string[] = [];
  #nextOpaque: string[] = [];
  #nextFolders = new Set<string>();

  constructor({ folder = '', layered = false }: LayerViewOptions) {
    this.#folder = folder;
    this.#layered = layered;
  }

  /** Where a file or link of the present layer is in the tree; undefined where it is not in it. */
  placeFile(path: string): string | undefined {
    if (!this.#layered) return this.strip(path);
    if (whiteoutSegment.test(path)) return this.#whiteout(path);
    const seen = !this.#isHidden(path);
    this.#nextGone.push(path);
    this.#noteFolders(parentOf(path));
    return seen ? this.strip(path) : undefined;
  }

  /** Says that the present layer has a folder. @returns whether it is one of the tree. */
  placeFolder(path: string): string | undefined {
    if (this.#layered && whiteoutSegment.test(path)) return this.#whiteout(path);
    if (this.#layered) this.#noteFolders(path);
    return this.#isHiddenFolder(path) ? undefined : this.strip(path);
  }

  /** The path in the tree's folder; undefined for what lies elsewhere. */
  strip(path: string): string | undefined {
    if (this.#folder === '') return path;
    return path.startsWith(`${this.#folder}/`) ? path.slice(this.#folder.length + 1) : undefined;
  }

  /** From now on entries come from the layer below. */
  endLayer(): void {
    for (const path of this.#nextGone) this.#gone.add(path);
    for (const path of this.#nextOpaque) this.#opaque.add(path);
    for (const path of this.#nextFolders) this.#folders.add(path);
    this.#nextGone = [];
    this.#nextOpaque = [];
    this.#nextFolders = new Set();
  }

  #whiteout(path: string): undefined {
    const parent = parentOf(path);
    const name = path.slice(parent === '' ? 0 : parent.length + 1);
    // What other files of this kind there are belongs to aufs, and is nobody's content.
    if (name === opaqueName) this.#nextOpaque.push(parent);
    else if (name.startsWith(whiteoutPrefix) && !name.startsWith(`${whiteoutPrefix}${whiteoutPrefix}`)) {
      const hidden = name.slice(whiteoutPrefix.length);
      this.#nextGone.push(parent === '' ? hidden : `${parent}/${hidden}`);
    }
    return undefined;
  }

  #isHidden(path: string): boolean {
    return this.#folders.has(path) || this.#isHiddenFolder(path);
  }

  #isHiddenFolder(path: string): boolean {
    if (this.#gone.has(path)) return true;
    for (let parent = parentOf(path); ; parent = parentOf(parent)) {
      if (this.#gone.has(parent) || this.#opaque.has(parent)) return true;
      if (parent === '') return false;
    }
  }

  #noteFolders(path: string): void {
    for (let folder = path; folder !== '' && !this.#nextFolders.has(folder); folder = parentOf(folder)) {
      this.#nextFolders.add(folder);
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
