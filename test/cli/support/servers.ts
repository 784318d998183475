import { join } from 'node:path';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { serveIndex } from '../../../src/service/index.ts';
import { Room } from './room.ts';

/** A room with the embedded registry and the embedded index beside it, known to the commands by the environment. */
export class ServedRoom implements AsyncDisposable {
  readonly room: Room;
  /** `127.0.0.1:port/team` */
  readonly prefix: string;
  readonly #close: () => Promise<void>;

  private constructor(room: Room, prefix: string, close: () => Promise<void>) {
    this.room = room;
    this.prefix = prefix;
    this.#close = close;
  }

  static async open(): Promise<ServedRoom> {
    const place = new Room();
    const registry = await serveRegistry({ dir: join(place.path, 'registry') });
    const index = await serveIndex({ registries: [{ host: registry.host }], token: 'test-token', refresh: 0 });
    const prefix = `${registry.host}/team`;
    const room = new Room({ SKILLS_REGISTRY: prefix, SKILLS_INDEX: index.url, SKILLS_INDEX_TOKEN: 'test-token' });
    return new ServedRoom(room, prefix, async () => {
      await index.close();
      await registry.close();
      place[Symbol.dispose]();
      room[Symbol.dispose]();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
