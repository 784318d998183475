import { randomBytes } from 'node:crypto';
import { checkAborted, type Descriptor, isSkillsError, mediaTypes, sha256, streamOf } from '../../core/index.ts';
import type { RemoteRepository, Reply } from '../registry/index.ts';
import type { Probing } from './types.ts';

/** A piece of content that a probe made. */
export interface Piece {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

const scratchType = 'application/vnd.skills.probe.v1';

/** What probes write into: a repository of its own, and a list of what lies there now. */
export class Scratch {
  readonly probing: Probing;
  /** `acme/skills/skills-probe` */
  readonly name: string;
  readonly repository: RemoteRepository;
  /** Names of all repositories that were written to. */
  readonly repositories: Set<string>;
  /** Unlike any other run's, so that two do not delete each other's. */
  readonly tag: string;
  readonly config: Piece;
  readonly layer: Piece;
  readonly manifest: Piece;
  readonly #blobs = new Map<string, Descriptor>();
  readonly #manifests = new Map<string, Descriptor>();

  constructor(probing: Probing, name: string) {
    this.probing = probing;
    this.name = name;
    this.repository = probing.registry.repository(name);
    this.repositories = new Set([name]);
    const mark = randomBytes(8).toString('hex');
    this.tag = `probe-${mark}`;
    this.config = piece(mediaTypes.emptyConfig, '{}');
    this.layer = piece('text/plain', `skills doctor --registry wrote this to see what this registry can do: ${mark}\n`);
    this.manifest = this.manifestOf({});
  }

  /** An artifact of the one layer, told apart by `more`. */
  manifestOf(more: object): Piece {
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      artifactType: scratchType,
      config: this.config.descriptor,
      layers: [this.layer.descriptor],
      ...more,
    };
    return piece(mediaTypes.imageManifest, JSON.stringify(document));
  }

  async pushBlob({ descriptor, bytes }: Piece): Promise<void> {
    checkAborted(this.probing.signal);
    await this.#keep(this.#blobs, descriptor, async () => {
      await this.repository.push(descriptor, () => streamOf(bytes));
      return { status: 201 };
    });
  }

  /** Puts a manifest by its digest or under a tag; the answer is of interest. */
  async putManifest({ descriptor, bytes }: Piece, key: string = descriptor.digest): Promise<Reply> {
    return this.#keep(this.#manifests, descriptor, () =>
      this.ask('PUT', `manifests/${key}`, bytes, { 'content-type': descriptor.mediaType }),
    );
  }

  /** Ends an upload of `descriptor` by its closing request. */
  async closeUpload(descriptor: Descriptor, location: string): Promise<Reply> {
    return this.#keep(this.#blobs, descriptor, () => this.ask('PUT', location, new Uint8Array()));
  }

  /** Remembers a blob, to be removed. */
  holds(descriptor: Descriptor): void {
    this.#blobs.set(descriptor.digest, descriptor);
  }

  /** What is interrupted may be there all the same, and is removed; what is refused is not there. */
  async #keep<T extends Pick<Reply, 'status'>>(
    held: Map<string, Descriptor>,
    descriptor: Descriptor,
    work: () => Promise<T>,
  ): Promise<T> {
    const wasHeld = held.has(descriptor.digest);
    held.set(descriptor.digest, descriptor);
    const reply = await work().catch((error: unknown) => {
      if (!wasHeld && !isSkillsError(error, 'ERR_INTERRUPTED', 'ERR_NETWORK')) held.delete(descriptor.digest);
      throw error;
    });
    if (reply.status >= 300 && !wasHeld) held.delete(descriptor.digest);
    return reply;
  }

  /** What lies there, manifests before the blobs that they name. */
  get manifests(): readonly Descriptor[] {
    return [...this.#manifests.values()];
  }

  get blobs(): readonly Descriptor[] {
    return [...this.#blobs.values()];
  }

  /**
   * Ctrl-C is heard between requests: one that is cut off may be done by the registry after the cleaning up.
   *
   * @param path below the repository, or what a Location header said.
   */
  ask(
    method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const { registry, signal } = this.probing;
    const full = /^(?:https?:|\/)/.test(path) ? path : `/v2/${this.name}/${path}`;
    const right = method === 'DELETE' ? 'delete' : 'push';
    if (method !== 'DELETE') checkAborted(signal);
    return registry.ask({ method, path: full, repository: this.name, right, body, headers });
  }
}

export function piece(mediaType: string, content: string | Uint8Array): Piece {
  const bytes = Buffer.from(content);
  return { descriptor: { mediaType, digest: sha256(bytes), size: bytes.length }, bytes };
}
