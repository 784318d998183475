import { statSync } from 'node:fs';
import { createLogger, type Logger, SkillsError } from '../core/index.ts';
import type { ProgressEvent, RegistryLogin, SkillManager } from '../manager/index.ts';
import type { LoginFlags } from './ask-login.ts';

/** Where a command works: the parsed flags that say so. */
export interface Place extends LoginFlags {
  readonly home?: string | undefined;
  readonly project?: string | undefined;
  readonly global?: boolean | undefined;
  readonly registry?: string | undefined;
  readonly index?: string | undefined;
  readonly offline?: boolean | undefined;
  readonly 'plain-http'?: readonly string[] | undefined;
  readonly 'ca-file'?: readonly string[] | undefined;
  readonly 'cert-file'?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly insecure?: readonly string[] | undefined;
  readonly 'registry-config'?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

export interface Watchers {
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
  /** Takes what registries want to be said. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Those of the command line: they say which registry credentials are for. */
  readonly words?: readonly string[];
}

/** The manager that the flags ask for. Loaded here and not at the top: `--help` and mistakes need none. */
export async function openManager(place: Place, watchers: Watchers): Promise<SkillManager> {
  const { signal, onProgress, onWarning, words = [] } = watchers;
  if (place.project !== undefined && !place.global) requireFolder(place.project);
  const { SkillManager, findProject } = await import('../manager/index.ts');
  return new SkillManager({
    cacheDir: place.home,
    project: place.global ? undefined : (place.project ?? findProject(process.cwd())),
    global: place.global,
    registry: place.registry,
    registryUrl: place.index,
    offline: place.offline,
    plainHttp: place['plain-http'],
    caFiles: place['ca-file'],
    certFile: place['cert-file'],
    keyFile: place['key-file'],
    insecureHosts: place.insecure,
    registryConfig: place['registry-config'],
    registryLogin: await loginOf(place, words),
    logger: place.verbose ? await createVerboseLogger() : undefined,
    signal,
    onProgress,
    onWarning,
  });
}

/** Loaded only where somebody asks for it. */
async function loginOf(place: Place, words: readonly string[]): Promise<RegistryLogin | undefined> {
  if (place.username === undefined && !place['password-stdin'] && !place['identity-token-stdin']) return undefined;
  const { readRegistryLogin } = await import('./registry-login.ts');
  return readRegistryLogin(place, words);
}

/** A mistyped --project must neither look empty nor be made. @throws SkillsError ERR_NOT_FOUND */
function requireFolder(project: string): void {
  if (statSync(project, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SkillsError('ERR_NOT_FOUND', `--project: there is no folder ${project}`, {
    hint: 'check the spelling, or make the folder first',
    data: { path: project },
  });
}

/** The logger of `--verbose`: JSON lines on standard error, all with one id of this run. */
export async function createVerboseLogger(): Promise<Logger> {
  const { randomUUID } = await import('node:crypto');
  return createLogger('debug', randomUUID());
}
