import { limits } from '../../core/index.ts';
import { gitEnvironment, noMonitor } from './git.ts';

/**
 * Paths, relative to `root`, of the files that git holds as executable: the only exec bits that there are on Windows.
 * Empty where git is not there or `root` is in no work tree.
 */
export function executablesInGit(root: string): ReadonlySet<string> {
  let listing: string;
  try {
    listing = process
      .getBuiltinModule('node:child_process')
      .execFileSync('git', [...noMonitor, 'ls-files', '--stage', '-z'], {
        cwd: root,
        encoding: 'utf8',
        env: gitEnvironment(),
        maxBuffer: limits.archiveEntries * limits.segmentBytes,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
  } catch {
    return new Set();
  }
  // git-ls-files(1), OUTPUT: [mode] SP [object] SP [stage] TAB [file] NUL
  const executables = listing.split('\0').filter((line) => line.startsWith('100755 '));
  return new Set(executables.map((line) => line.slice(line.indexOf('\t') + 1).normalize('NFC')));
}
