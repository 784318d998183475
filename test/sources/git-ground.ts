import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path; a text that begins with `#!` is executable. */
export type Files = Readonly<Record<string, string>>;

/** A real git repository, made by the system's git. */
export interface GitRepository extends Disposable {
  /** Work tree. */
  readonly root: string;
  /** `file://` address. */
  readonly url: string;
  git(...args: string[]): string;
  /** Writes files and commits them; gives the commit. */
  commit(files: Files, message?: string): string;
}

const identity = {
  GIT_AUTHOR_NAME: 'A. Uthor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'A. Uthor',
  GIT_COMMITTER_EMAIL: 'author@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export function makeRepository(files: Files = {}): GitRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'skills-repository-')));
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...identity },
      stdio: 'pipe',
    }).trim();
  const commit = (changed: Files, message = 'change') => {
    for (const [path, text] of Object.entries(changed)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main');
  // As GitHub, GitLab and Gitea have it: partial clones, and any commit that is reachable.
  git('config', 'uploadpack.allowFilter', 'true');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  commit(files, 'first');
  return {
    root,
    url: `file://${root}`,
    git,
    commit,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function skillMd(name: string, body = `# ${name}`, extra = ''): string {
  return `---\nname: ${name}\ndescription: Does what ${name} does. Use it in tests.\n${extra}---\n\n${body}\n`;
}

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Request lines as they came. */
  readonly asked: readonly string[];
}

/** Serves the repositories below `root` over git's smart http, by `git http-backend`; with `password`, only to its holder. */
export async function serveGit(root: string, { password }: { password?: string } = {}): Promise<GitServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const expected = password && `Basic ${Buffer.from(`git:${password}`).toString('base64')}`;
    if (expected && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
    } else runBackend(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      ...identity,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => {});
  const output: Buffer[] = [];
  backend.stdout.on('data', (piece: Buffer) => output.push(piece));
  backend.once('close', () => answer(Buffer.concat(output), response));
}

/** A CGI answer: header lines, an empty line, the body. */
function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers = output
    .subarray(0, end)
    .toString()
    .split('\r\n')
    .map((line) => line.split(/:\s*/, 2));
  const fields = new Map(headers.map(([name = '', value = '']) => [name.toLowerCase(), value]));
  const status = Number.parseInt(fields.get('status') ?? '200', 10);
  fields.delete('status');
  response.writeHead(status, Object.fromEntries(fields)).end(output.subarray(end + 4));
}
