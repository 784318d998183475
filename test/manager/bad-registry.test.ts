import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { pack as tarPack } from 'tar-stream';
import type { ErrorCode } from '../../src/core/index.ts';
import { openStore } from '../../src/store/index.ts';
import {
  breakAfter,
  closeServers,
  type Reply,
  refuse,
  reply,
  type Script,
  startScripted,
} from '../oci/support/scripted-server.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

interface Artifact {
  readonly manifest: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('install from a registry that is broken or hostile', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => {
    await closeServers();
    await world[Symbol.asyncDispose]();
  });

  /** A true artifact, as our own push makes it. */
  async function makeArtifact(): Promise<Artifact> {
    await world
      .manager()
      .push(
        world.skill('report', { files: { 'notes.md': 'notes\n'.repeat(2000) } }),
        `oci-layout:${join(world.room, 'layout')}:1.0.0`,
      );
    const blob = (digest: string) => readFileSync(join(world.room, 'layout/blobs/sha256', digest.slice(7)));
    const index = JSON.parse(readFileSync(join(world.room, 'layout/index.json'), 'utf8'));
    const manifest = blob(index.manifests[0].digest);
    const { config, layers } = JSON.parse(manifest.toString());
    return {
      manifest,
      blobs: new Map([config, ...layers].map(({ digest }: { digest: string }) => [digest, blob(digest)])),
    };
  }

  function serve(
    { manifest, blobs }: Artifact,
    changes: (artifact: { layer: string; manifest: Buffer }) => Script = () => ({}),
  ) {
    const digest = digestOf(manifest);
    const answer = reply(200, { 'content-type': manifestType, 'docker-content-digest': digest }, manifest);
    const layer = JSON.parse(manifest.toString()).layers[0].digest;
    const script: Record<string, Reply | readonly Reply[]> = {
      'GET /v2/': reply(200),
      'GET /v2/acme/report/tags/list': reply(
        200,
        { 'content-type': 'application/json' },
        JSON.stringify({ name: 'acme/report', tags: ['1.0.0'] }),
      ),
    };
    for (const method of ['GET', 'HEAD']) {
      for (const key of ['1.0.0', digest]) script[`${method} /v2/acme/report/manifests/${key}`] = answer;
      for (const [key, bytes] of blobs) script[`${method} /v2/acme/report/blobs/${key}`] = reply(200, {}, bytes);
    }
    return startScripted({ ...script, ...changes({ layer, manifest }) });
  }

  const install = (host: string) => world.manager({ registry: `${host}/acme` }).installAll(['report']);

  /** Nothing in the project, in agents' folders, or in the store that anybody could take for a skill. */
  async function nothingLeft(): Promise<void> {
    expect(readdirSync(world.project), 'the project').to.deep.equal([]);
    const store = await openStore(world.home);
    expect(store.listTrees(), 'trees').to.deep.equal([]);
    expect(store.index.read().installedSkills, 'index.json').to.deep.equal([]);
    expect(await Array.fromAsync(store.content.tags()), 'tags in the store').to.deep.equal([]);
    expect(existsSync(join(world.home, 'report')), 'the tree').to.equal(false);
  }

  it('installs from the scripted registry at all, so that the failures below are failures', async () => {
    const server = await serve(await makeArtifact());
    expect((await install(server.host)).added.map(({ name }) => name)).to.deep.equal(['report']);
  });

  const answers: readonly [string, Reply, ErrorCode, number][] = [
    ['401', refuse(401, 'UNAUTHORIZED', 'log in'), 'ERR_UNAUTHORISED', 6],
    ['403', refuse(403, 'DENIED', 'not you'), 'ERR_UNAUTHORISED', 6],
    ['404', refuse(404, 'NAME_UNKNOWN', 'no such'), 'ERR_NOT_FOUND', 3],
    ['429', refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '0' }), 'ERR_RATE_LIMITED', 5],
    ['500', refuse(500, 'UNKNOWN', 'oops'), 'ERR_REGISTRY', 5],
    [
      'an HTML page',
      reply(200, { 'content-type': 'text/html' }, '<html><body>Welcome to nginx</body></html>'),
      'ERR_REGISTRY',
      5,
    ],
    ['JSON that is no answer', reply(200, { 'content-type': 'application/json' }, '[]'), 'ERR_REGISTRY', 5],
  ];
  for (const [what, answer, code, exit] of answers) {
    it(`answers ${what} with ${code}, and works when the registry does again`, async () => {
      const artifact = await makeArtifact();
      let broken = true;
      const good = await serve(artifact);
      const server = await startScripted({
        GET: (response, seen) => (broken ? answer(response, seen) : redirect(response, `${good.url}${seen.path}`)),
        HEAD: (response, seen) => (broken ? answer(response, seen) : redirect(response, `${good.url}${seen.path}`)),
      });
      const error = await expectError(install(server.host), code, /report|127\.0\.0\.1/);
      expect(error.exitCode).to.equal(exit);
      await nothingLeft();
      broken = false;
      await install(good.host);
      expect(existsSync(join(world.project, '.agents/skills/report/SKILL.md'))).to.equal(true);
    });
  }

  it('says that a registry is down', async () => {
    const server = await serve(await makeArtifact());
    await server.close();
    const error = await expectError(install(server.host), 'ERR_NETWORK', new RegExp(server.host));
    expect(error.exitCode).to.equal(5);
    await nothingLeft();
  });

  it('takes no layer that was cut off', async () => {
    const artifact = await makeArtifact();
    const server = await serve(artifact, ({ layer }) => ({
      [`GET /v2/acme/report/blobs/${layer}`]: breakAfter(artifact.blobs.get(layer) ?? Buffer.of(), 200),
    }));
    await expectError(install(server.host), 'ERR_NETWORK', /blobs|layer|connection|broke/);
    await nothingLeft();
  });

  it('takes no layer that was altered, nor one of another length', async () => {
    const artifact = await makeArtifact();
    for (const alter of [
      (bytes: Buffer) => bytes.with(40, 255 - (bytes[40] ?? 0)),
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)]),
      (bytes: Buffer) => bytes.subarray(1),
    ]) {
      const server = await serve(artifact, ({ layer }) => ({
        [`GET /v2/acme/report/blobs/${layer}`]: reply(
          200,
          {},
          Buffer.from(alter(artifact.blobs.get(layer) ?? Buffer.of())),
        ),
      }));
      const error = await expectError(install(server.host), 'ERR_DIGEST_MISMATCH', /sha256:/);
      expect(error.exitCode).to.equal(7);
      await nothingLeft();
    }
  });

  it('takes no manifest that is not the one asked for', async () => {
    const artifact = await makeArtifact();
    const digest = digestOf(artifact.manifest);
    const altered = Buffer.from(artifact.manifest.toString().replace('report', 'repor2'));
    const answer = reply(200, { 'content-type': manifestType }, altered);
    const server = await serve(artifact, () => ({
      [`GET /v2/acme/report/manifests/${digest}`]: answer,
      [`HEAD /v2/acme/report/manifests/${digest}`]: answer,
    }));
    await expectError(
      world.manager({ registry: `${server.host}/acme` }).installAll([`report@${digest}`]),
      'ERR_DIGEST_MISMATCH',
      /sha256:/,
    );
    await nothingLeft();
  });

  it('takes an artifact for a skill only where it is one', async () => {
    const config = Buffer.from('{}');
    const layer = gzipSync('not a tar');
    const image = manifestOf(
      'application/vnd.oci.image.config.v1+json',
      config,
      layer,
      'application/vnd.oci.image.layer.v1.tar+gzip',
    );
    const server = await serve(image);
    await expectError(install(server.host), 'ERR_ARTIFACT_INVALID', /skill/);
    await nothingLeft();
  });

  it('takes no skill of another name', async () => {
    const artifact = await makeArtifact();
    const server = await serve(artifact, ({ manifest }) => {
      const digest = digestOf(manifest);
      const answer = reply(200, { 'content-type': manifestType, 'docker-content-digest': digest }, manifest);
      return Object.fromEntries([
        [
          'GET /v2/acme/other/tags/list',
          reply(200, { 'content-type': 'application/json' }, '{"name":"acme/other","tags":["1.0.0"]}'),
        ],
        ...['GET', 'HEAD'].flatMap((method) =>
          ['1.0.0', digest].map((key) => [`${method} /v2/acme/other/manifests/${key}`, answer] as const),
        ),
      ]);
    });
    await expectError(
      world.manager({ registry: `${server.host}/acme` }).installAll(['other']),
      'ERR_ARTIFACT_INVALID',
      /called "report", not "other"/,
    );
    await nothingLeft();
  });

  for (const [what, entry, content] of [
    ['a path that leads out', { name: 'report/../../../../evil' }, 'evil'],
    ['an absolute path', { name: '/tmp/skills-evil' }, 'evil'],
    ['a link that leads out', { name: 'report/link', type: 'symlink', linkname: '../../../../etc/passwd' }, undefined],
    ['a hard link', { name: 'report/hard', type: 'link', linkname: 'report/SKILL.md' }, undefined],
    ['a device', { name: 'report/device', type: 'character-device', devmajor: 1, devminor: 3 }, undefined],
  ] as const) {
    it(`unpacks no archive with ${what}`, async () => {
      const tar = tarPack();
      tar.entry(
        { name: 'report/SKILL.md' },
        '---\nname: report\ndescription: Does what report does. Use it in tests.\n---\n',
      );
      if (content === undefined) tar.entry(entry as Parameters<typeof tar.entry>[0]);
      else tar.entry(entry as Parameters<typeof tar.entry>[0], content);
      tar.finalize();
      const layer = gzipSync(Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>)));
      const { manifest, blobs } = await makeArtifact();
      const real = JSON.parse(manifest.toString());
      const config = blobs.get(real.config.digest) ?? Buffer.of();
      const parsed = JSON.parse(config.toString());
      // What the config says of the files would give the archive away before it is unpacked.
      delete parsed.package?.files;
      delete parsed.package?.contentDigest;
      delete parsed.files;
      delete parsed.contentDigest;
      const server = await serve(
        manifestOf(
          real.config.mediaType,
          Buffer.from(JSON.stringify(parsed)),
          layer,
          real.layers[0].mediaType,
          real.artifactType,
        ),
      );
      const error = await expectError(install(server.host), 'ERR_ARCHIVE_UNSAFE', /report|evil|link|device|absolute/);
      expect(error.exitCode).to.equal(8);
      await nothingLeft();
      expect(existsSync('/tmp/skills-evil')).to.equal(false);
      expect(existsSync(join(world.room, 'evil'))).to.equal(false);
    });
  }

  it('lets no secret of a credential into an error', async () => {
    const server = await startScripted({
      GET: refuse(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Basic realm="x"' }),
      HEAD: refuse(401, 'UNAUTHORIZED', 'no'),
    });
    const credentials = async () => ({ username: 'me', password: 'hunter2' });
    const error = await expectError(
      world.manager({ registry: `${server.host}/acme`, credentials }).installAll(['report']),
      'ERR_UNAUTHORISED',
      /127/,
    );
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.data)} ${error.stack}`).to.not.contain('hunter2');
  });
});

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(307, { location, 'content-length': 0 }).end();
}

function manifestOf(
  configType: string,
  config: Buffer,
  layer: Buffer,
  layerType: string,
  artifactType?: string,
): Artifact {
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      ...(artifactType ? { artifactType } : {}),
      config: {
        mediaType: configType,
        digest: digestOf(config),
        size: config.byteLength,
        data: config.toString('base64'),
      },
      layers: [
        {
          mediaType: layerType,
          digest: digestOf(layer),
          size: layer.byteLength,
          annotations: { 'org.opencontainers.image.title': 'report.tar.gz' },
        },
      ],
      annotations: { 'org.opencontainers.image.title': 'report', 'org.opencontainers.image.version': '1.0.0' },
    }),
  );
  return {
    manifest,
    blobs: new Map([
      [digestOf(config), config],
      [digestOf(layer), layer],
    ]),
  };
}
