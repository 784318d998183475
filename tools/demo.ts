// The main job, end to end, as `npm start` shows it: an embedded registry and index, real skills published into it,
// one found, installed with its dependencies into a project of its own, and loaded.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SkillManager } from '../src/manager/index.ts';
import { serveRegistry } from '../src/oci/server/index.ts';
import { serveIndex } from '../src/service/index.ts';
import { commands } from './demo/commands.ts';
import { Steps } from './demo/steps.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const serve = process.argv.includes('--serve');
const room = mkdtempSync(join(tmpdir(), 'skills-demo-'));
const steps = new Steps();
const atOnce = 4;

process.exitCode = await main().catch((error: unknown) => {
  steps.fail(error);
  return 1;
});

async function main(): Promise<number> {
  const stop = interrupted();
  steps.title('skills: a folder is packed, pushed, found, installed and loaded');
  const registry = await steps.run('Start a registry', async (say) => {
    const running = await serveRegistry({ dir: join(room, 'registry') });
    say(running.url);
    return running;
  });
  const prefix = `${registry.host}/skills`;
  const index = await steps.run('Start a search index over it', async (say) => {
    const running = await serveIndex({ registries: [{ host: registry.host }], db: `sqlite:${join(room, 'index.db')}` });
    say(running.url);
    return running;
  });
  const project = join(room, 'project');
  await using manager = new SkillManager({
    registry: prefix,
    registryUrl: index.url,
    indexToken: index.token,
    cacheDir: join(room, 'home'),
    project,
    cwd: root,
  });
  try {
    await tour(manager, prefix);
    if (!serve) return 0;
    steps.note(
      '',
      'Everything stays up; Ctrl-C ends it. In another terminal:',
      ...commands(root, registry.host, index),
    );
    await stop;
    return 0;
  } finally {
    await index.close();
    await registry.close();
    rmSync(room, { recursive: true, force: true });
  }
}

async function tour(manager: SkillManager, prefix: string): Promise<void> {
  const examples = skillsIn(join(root, 'examples'));
  await publishAll(manager, 'Publish the example skills', examples);
  const corpus = skillsIn(join(root, '..', 'shared', 'corpus'));
  if (corpus.length) await publishAll(manager, 'Publish real skills', corpus);
  else steps.note('  (no folder of further real skills beside the project: the examples do)');

  await steps.run('Search for "weekly report from csv"', async (say) => {
    const { results, total } = await manager.searchPage('weekly report from csv', { limit: 3 });
    if (results.length === 0) throw new Error('the search found nothing');
    say(`${total} found`);
    for (const { name, version, description } of results) steps.detail(`${name} ${version}`, description);
  });
  await steps.run('Install csv-report into a new project', async (say) => {
    const { added, target } = await manager.installAll(['csv-report']);
    if (added.length < 2) throw new Error('its dependency was not installed');
    say(`${added.length} skills`);
    for (const { name, version, requiredBy, digest } of added) {
      steps.detail(
        `${name} ${version}`,
        `${digest.slice(0, 19)}…${requiredBy.length ? `  needed by ${requiredBy.join(', ')}` : ''}`,
      );
    }
    steps.detail('in', join(target, '.agents/skills'));
  });
  await steps.run('Install it again', async (say) => {
    const { unchanged, added } = await manager.installAll(['csv-report']);
    if (added.length) throw new Error('it was installed twice');
    say(`nothing to do, ${unchanged.length} skills are as the lock says`);
  });
  await steps.run('Load it', async (say) => {
    const skill = await manager.load('csv-report');
    const instructions = await skill.instructions();
    say(`${skill.files.length} files, ${instructions.length} characters of instructions`);
    steps.detail('begins', instructions.trim().split('\n')[0] ?? '');
  });
  steps.done(`${prefix} held ${examples.length + corpus.length} skills`);
}

async function publishAll(manager: SkillManager, title: string, folders: readonly string[]): Promise<void> {
  await steps.run(title, async (say, progress) => {
    const queue = [...folders];
    let done = 0;
    const worker = async () => {
      for (let folder = queue.shift(); folder; folder = queue.shift()) {
        await manager.publish(folder);
        progress(++done, folders.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    say(`${done} published and indexed`);
  });
}

function skillsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        ['SKILL.md', 'skill.toml', 'skill.json', 'skill.yaml'].some((file) =>
          existsSync(join(folder, entry.name, file)),
        ),
    )
    .map((entry) => join(folder, entry.name))
    .sort();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    if (!serve) return;
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
