/**
 * Checks what would be published, and publishes it.
 *
 *     npm run release -- --dry-run [--allow-tagged]
 *     npm run release                                   only in .github/workflows/publish.yml
 *
 * `--allow-tagged` is for CI between releases, when the version in package.json has its tag already. Exit code 1 with
 * what is wrong.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prerelease } from 'semver';
import { type Candidate, type Check, type PackageJson, runChecks } from './release/check.ts';
import { namesCheck, privacyCheck } from './release/contents.ts';
import { notesCheck } from './release/notes.ts';
import { noticesCheck } from './release/notices.ts';
import { dependenciesCheck, metadataCheck, repositoryCheck } from './release/package-json.ts';
import { packTarball } from './release/tarball.ts';
import { tagCheck, versionCheck } from './release/version.ts';

const checks: readonly Check[] = [
  versionCheck,
  tagCheck,
  notesCheck,
  metadataCheck,
  repositoryCheck,
  dependenciesCheck,
  namesCheck,
  privacyCheck,
  noticesCheck,
];

const root = resolve(import.meta.dirname, '..');
const flags = new Set(process.argv.slice(2));
const print = (line: string) => process.stdout.write(`${line}\n`);
process.chdir(root);
process.exitCode = await release();

async function release(): Promise<number> {
  const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson;
  const title = `${packageJson.name}@${packageJson.version}`;
  const dryRun = flags.has('--dry-run');
  const tag = `v${packageJson.version}`;
  if (!dryRun && !isTagWorkflow(tag)) return refuse(title, tag);
  const folder = mkdtempSync(join(tmpdir(), 'skills-release-'));
  try {
    const build = spawnSync(process.execPath, ['tools/build.ts', '--types', '--quiet'], { stdio: 'inherit' });
    if (build.status !== 0) return 1;
    const tarball = await packTarball(root, folder);
    const mayBeTagged = flags.has('--allow-tagged') || isTagWorkflow(tag);
    const publishesFrom = dryRun ? undefined : process.env.GITHUB_REPOSITORY;
    const failed = await check({ root, packageJson, tarball, mayBeTagged, publishesFrom });
    if (failed > 0) return 1;
    if (dryRun) print(`${title} can be released: git tag ${tag} && git push origin ${tag}`);
    else publish(tarball.file, packageJson.version);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function check(candidate: Candidate): Promise<number> {
  const failed = await runChecks(checks, candidate, print);
  print(`${checks.length - failed} of ${checks.length} checks hold`);
  return failed;
}

/** Whether this is the job of publish.yml, started by this version's tag. */
function isTagWorkflow(tag: string): boolean {
  const { GITHUB_ACTIONS, GITHUB_REF } = process.env;
  return GITHUB_ACTIONS === 'true' && GITHUB_REF === `refs/tags/${tag}`;
}

function refuse(title: string, tag: string): number {
  process.stderr.write(
    [
      `Nothing is published from here: a release needs the identity of the workflow for its provenance.`,
      `Pushing the tag ${tag} lets .github/workflows/publish.yml test, check and publish ${title}.`,
      'To see what it would publish: npm run release -- --dry-run',
      '',
    ].join('\n'),
  );
  return 1;
}

/** Publishes the very file that was checked. A prerelease never becomes `latest`. */
function publish(file: string, version: string): void {
  const distTag = prerelease(version) ? 'next' : 'latest';
  const words = ['publish', file, '--provenance', '--access', 'public', '--tag', distTag];
  execFileSync('npm', words, { stdio: 'inherit' });
}
