import { createLogger, type Logger } from '../core/index.ts';
import type { ProgressEvent, SkillManager } from '../manager/index.ts';

/** Where a command works: the parsed flags that say so. */
export interface Place {
  readonly home?: string | undefined;
  readonly project?: string | undefined;
  readonly global?: boolean | undefined;
  readonly registry?: string | undefined;
  readonly index?: string | undefined;
  readonly offline?: boolean | undefined;
  readonly 'plain-http'?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

export interface Watchers {
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
}

/** The manager that the flags ask for. Loaded here and not at the top: `--help` and mistakes need none. */
export async function openManager(place: Place, { signal, onProgress }: Watchers): Promise<SkillManager> {
  const { SkillManager, findProject } = await import('../manager/index.ts');
  return new SkillManager({
    cacheDir: place.home,
    project: place.global ? undefined : (place.project ?? findProject(process.cwd())),
    global: place.global,
    registry: place.registry,
    registryUrl: place.index,
    offline: place.offline,
    plainHttp: place['plain-http'],
    logger: place.verbose ? await createVerboseLogger() : undefined,
    signal,
    onProgress,
  });
}

/** The logger of `--verbose`: JSON lines on standard error, all with one id of this run. */
export async function createVerboseLogger(): Promise<Logger> {
  const { randomUUID } = await import('node:crypto');
  return createLogger('debug', randomUUID());
}
