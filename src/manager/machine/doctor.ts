import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSkillsError, type SkillsError, toSkillsError } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { listInstalled } from '../installed/list.ts';
import { checkInstalled } from '../installed/state.ts';
import type { DoctorCheck, DoctorReport } from '../types.ts';

type Check = (context: Context) => Promise<DoctorCheck | readonly DoctorCheck[]>;

const checks: readonly Check[] = [
  checkNode,
  checkStore,
  checkGit,
  checkRegistries,
  checkIndex,
  checkProject,
  checkAgents,
];

/** Says what is configured and what is wrong. A check that fails says so; it never stops the others. */
export async function doctor(context: Context): Promise<DoctorReport> {
  const results: DoctorCheck[] = [];
  for (const check of checks) {
    try {
      results.push(...[await check(context)].flat());
    } catch (error) {
      const failure = toSkillsError(error);
      results.push({
        id: check.name,
        title: check.name.replace(/^check/, ''),
        status: 'error',
        detail: failure.message,
        ...hintOf(failure),
      });
    }
  }
  return { checks: results, ok: results.every(({ status }) => status !== 'error') };
}

async function checkNode(): Promise<DoctorCheck> {
  return {
    id: 'node',
    title: 'Node',
    status: 'ok',
    detail: `${process.version} on ${process.platform}-${process.arch}`,
  };
}

async function checkStore(context: Context): Promise<DoctorCheck> {
  const { home } = context.settings;
  const facts = { id: 'store', title: 'Store' };
  try {
    accessSync(existsSync(home) ? home : dirname(home), constants.W_OK);
    if (!existsSync(home)) return { ...facts, status: 'ok', detail: `${home} (made by the first install)` };
    (await context.store()).index.read();
    return { ...facts, status: 'ok', detail: home };
  } catch (error) {
    if (isSkillsError(error)) return { ...facts, status: 'error', detail: error.message, ...hintOf(error) };
    return {
      ...facts,
      status: 'error',
      detail: `${home} cannot be written`,
      hint: 'mend its permissions, or set SKILLS_HOME to another folder',
    };
  }
}

function hintOf({ hint }: SkillsError): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

async function checkGit({ settings }: Context): Promise<DoctorCheck> {
  const { status, stdout } = spawnSync('git', ['--version'], { encoding: 'utf8', env: settings.env });
  return status === 0
    ? { id: 'git', title: 'git', status: 'ok', detail: stdout.trim() }
    : {
        id: 'git',
        title: 'git',
        status: 'warning',
        detail: 'not found',
        hint: 'it is needed only to install skills from git repositories',
      };
}

async function checkRegistries(context: Context): Promise<readonly DoctorCheck[]> {
  const { named } = context.settings;
  if (named.length === 0) {
    return [
      {
        id: 'registry',
        title: 'Registry',
        status: 'warning',
        detail: 'none is configured',
        hint: 'skills registry add <name> <host/prefix>; git works without one',
      },
    ];
  }
  return Promise.all(named.map(({ name, url, default: isDefault }) => checkRegistry(context, name, url, isDefault)));
}

/** One question that every registry answers: a skill that is surely not there. Only the way it fails counts. */
async function checkRegistry(context: Context, name: string, url: string, isDefault: boolean): Promise<DoctorCheck> {
  const facts = { id: `registry:${name}`, title: `Registry ${name}${isDefault ? ' (default)' : ''}` };
  const [host = ''] = url.split('/');
  try {
    const registry = await context.registries();
    await registry(host)
      .repository(`${url.slice(host.length + 1) || 'skills'}/doctor`)
      .resolve('0.0.0');
    return { ...facts, status: 'ok', detail: `${url}${await whoAsks(context, url)}` };
  } catch (error) {
    const answered = isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN', 'ERR_UNAUTHORISED');
    const where = answered ? `${url}${await whoAsks(context, url)}` : url;
    if (answered && error.code !== 'ERR_UNAUTHORISED') return { ...facts, status: 'ok', detail: where };
    const failure = toSkillsError(error);
    return {
      ...facts,
      status: failure.code === 'ERR_UNAUTHORISED' ? 'warning' : 'error',
      detail: `${where}: ${failure.message}`,
      ...hintOf(failure),
    };
  }
}

/** Where the credentials for a registry come from, never what they are; nothing where there are none. */
async function whoAsks(context: Context, url: string): Promise<string> {
  const [host = '', ...path] = url.split('/');
  const place = await (await context.credentials()).locate?.(host, path.join('/'));
  return place === undefined ? '' : ` with the credentials of ${place}`;
}

async function checkIndex(context: Context): Promise<DoctorCheck> {
  const index = await context.index();
  if (!index) {
    return {
      id: 'index',
      title: 'Index',
      status: 'info',
      detail: 'none is configured',
      hint: 'searching needs one: skills config set index https://…',
    };
  }
  const { skills, versions } = await index.health();
  return {
    id: 'index',
    title: 'Index',
    status: 'ok',
    detail: `${context.settings.index}: ${skills} skills, ${versions} versions`,
  };
}

async function checkProject(context: Context): Promise<readonly DoctorCheck[]> {
  const { root, scope } = context.settings;
  const installed = await listInstalled(context);
  const title = scope === 'project' ? 'Project' : 'Installed';
  const checks: DoctorCheck[] = [
    {
      id: 'project',
      title,
      status: 'ok',
      detail: `${root}: ${installed.length === 1 ? '1 skill' : `${installed.length} skills`}`,
    },
  ];
  for (const { name, state, path } of await checkInstalled(context)) {
    if (state === 'same') continue;
    const hint =
      state === 'missing'
        ? 'skills install brings it back'
        : `skills install --force ${name} puts the pinned files back`;
    checks.push({ id: `skill:${name}`, title: name, status: 'warning', detail: `${path} is ${state}`, hint });
  }
  return checks;
}

async function checkAgents(context: Context): Promise<DoctorCheck> {
  const { detectAgents } = await import('../../store/index.ts');
  const { root, env } = context.settings;
  const agents = detectAgents({ project: root, env });
  const names = agents.map(({ agent }) => agent.title);
  return names.length
    ? { id: 'agents', title: 'Agents', status: 'ok', detail: names.join(', ') }
    : {
        id: 'agents',
        title: 'Agents',
        status: 'info',
        detail: 'none found on this machine',
        hint: 'skills are put into .agents/skills, where most agents look',
      };
}
