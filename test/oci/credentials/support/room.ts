import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../../../../src/oci/credentials/places.ts';

export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** An entry of `auths`. */
export const entry = (user: string, password = 'pw') => ({ auth: base64(`${user}:${password}`) });

/** Does something as somebody who may not look into a folder; root would be let in everywhere, and becomes nobody for it. */
export async function withoutRights(folder: string, work: () => Promise<void>): Promise<void> {
  const { mode } = statSync(folder);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  else chmodSync(folder, 0);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, mode);
  }
}

/** A home of one's own, with all places that credentials may be in below it. */
export class CredentialRoom implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'skills-credentials-'));
  readonly bin = join(this.path, 'bin');

  /** Where docker keeps its credentials here. */
  get docker(): string {
    return join(this.path, '.docker', 'config.json');
  }

  /** Where podman keeps its credentials here, until the machine is started again. */
  get podman(): string {
    return join(this.path, 'run', 'containers', 'auth.json');
  }

  env(more: Environment = {}): Environment {
    const { PATH = '' } = process.env;
    return { HOME: this.path, XDG_RUNTIME_DIR: join(this.path, 'run'), PATH: `${this.bin}:${PATH}`, ...more };
  }

  write(file: string, config: unknown): string {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
    return path;
  }

  writeDocker(config: unknown): string {
    return this.write('.docker/config.json', config);
  }

  writePodman(config: unknown): string {
    return this.write('run/containers/auth.json', config);
  }

  read(path: string): Record<string, unknown> {
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
