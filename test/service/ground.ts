import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { copy, RemoteRegistry } from '../../src/oci/index.ts';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { openFolder, pack } from '../../src/pack/index.ts';
import { type IndexServer, type ServeIndexOptions, serveIndex } from '../../src/service/index.ts';

export interface SkillText {
  readonly description?: string;
  /** More lines of frontmatter. */
  readonly frontmatter?: string;
  readonly body?: string;
  /** skill.yaml, whole. */
  readonly yaml?: string;
}

/** A real registry on loopback, with skills pushed into it by the real packer. */
export interface Ground extends AsyncDisposable {
  readonly registry: RegistryServer;
  readonly folder: string;
  /** Packs and pushes a skill; gives the digest of its manifest. */
  publish(repository: string, version: string, text?: SkillText, tag?: string): Promise<string>;
  remote(): RemoteRegistry;
  index(options?: Partial<ServeIndexOptions>): Promise<IndexServer>;
}

export async function prepareGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'skills-service-'));
  const registry = await serveRegistry({ dir: join(folder, 'registry'), durable: false });
  const open: IndexServer[] = [];
  const remote = new RemoteRegistry(registry.host);
  return {
    registry,
    folder,
    remote: () => remote,
    async publish(repository, version, text = {}, tag = version) {
      const name = repository.slice(repository.lastIndexOf('/') + 1);
      const dir = join(folder, 'sources', repository, version, name);
      writeSkill(dir, name, text);
      await using packed = await pack(openFolder(dir), { version });
      const root = await copy(packed.target, version, remote.repository(repository), tag);
      rmSync(dir, { recursive: true });
      return root.digest;
    },
    async index(options = {}) {
      const server = await serveIndex({ registries: [{ host: registry.host }], refresh: 0, ...options });
      open.push(server);
      return server;
    },
    async [Symbol.asyncDispose]() {
      for (const server of open) await server.close();
      await remote[Symbol.asyncDispose]();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeSkill(dir: string, name: string, text: SkillText): void {
  const { description = `The skill ${name}`, frontmatter = '', body = 'Do it.', yaml } = text;
  const files: Record<string, string> = {
    'SKILL.md': `---\nname: ${name}\ndescription: ${description}\n${frontmatter}---\n\n${body}\n`,
    ...(yaml === undefined ? {} : { 'skill.yaml': yaml }),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly json: Record<string, unknown>;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | object;
}

/** One real HTTP request. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const payload = typeof body === 'object' ? JSON.stringify(body) : body;
  const type = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...type, ...headers }, agent: false }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece) => pieces.push(piece));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const isJson = /json/.test(incoming.headers['content-type'] ?? '');
        const json = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : {};
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
