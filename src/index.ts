/**
 * The library: everything that the command line does, for applications.
 *
 * @example
 * import { SkillManager } from '@skills/cli';
 * await using skills = new SkillManager({ registry: 'ghcr.io/acme/skills', project: '.' });
 * await skills.install('pdf@^1.2');
 * console.log(await (await skills.load('pdf')).instructions());
 *
 * @packageDocumentation
 */
export {
  type Digest,
  type ErrorCode,
  type ErrorDetails,
  errorTable,
  exitCodes,
  type HostNetwork,
  isSkillsError,
  type Logger,
  type Patience,
  type PatienceOptions,
  SkillsError,
  silentLogger,
  TrustError,
} from './core/index.ts';
export * from './manager/index.ts';
