import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './run.ts';

/** A Docker engine that answers. */
export interface Engine extends AsyncDisposable {
  /** What DOCKER_HOST must say. */
  readonly address: string;
}

/**
 * The machine's own engine where one answers; else one that is started for this run, with all its data in a temporary
 * folder: that needs root.
 *
 * @throws Error naming what is missing.
 */
export async function findEngine(program: string): Promise<Engine> {
  const own = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
  if (await answers(own)) return { address: `unix://${own}`, [Symbol.asyncDispose]: async () => {} };
  if (process.getuid?.() !== 0) throw new Error('no Docker engine answers here, and only root can start one');
  return startEngine(program);
}

async function startEngine(program: string): Promise<Engine> {
  const room = mkdtempSync(join(tmpdir(), 'skills-engine-'));
  const socket = join(room, 'docker.sock');
  mkdirSync(join(room, 'data'));
  const running = await start(
    program,
    [
      ['--data-root', join(room, 'data')],
      ['--exec-root', join(room, 'exec')],
      ['--pidfile', join(room, 'pid')],
      ['--host', `unix://${socket}`],
    ].flat(),
    () => answers(socket),
  );
  return {
    address: `unix://${socket}`,
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      rmSync(room, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function answers(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return Promise.resolve(false);
  return new Promise((done) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done(false));
    asked.end();
  });
}
