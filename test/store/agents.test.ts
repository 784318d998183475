import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  chooseAgents,
  describeAgents,
  detectAgents,
  findAgent,
  globalPlaces,
  globalSkillsDir,
  listAgents,
  openStore,
  projectPlaces,
} from '../../src/store/index.ts';
import { addSkill, expectError, readFiles, skillFiles, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const user = () => join(dir(), 'user');
const project = () => join(dir(), 'project');
const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ HOME: user(), PATH: '', ...more });

function detected(more: NodeJS.ProcessEnv = {}): Record<string, string> {
  return Object.fromEntries(
    detectAgents({ env: env(more), project: project() }).map(({ agent, onMachine, inProject }) => [
      agent.id,
      [onMachine ? 'machine' : '', inProject ? 'project' : ''].filter(Boolean).join(' and '),
    ]),
  );
}

describe('store: the table of agents', () => {
  it('has every agent once, with folders that stay inside', () => {
    const ids = listAgents().map((agent) => agent.id);
    expect(ids.length).least(75);
    expect(new Set(ids).size).equal(ids.length);
    for (const agent of listAgents()) {
      expect(agent.id).match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(agent.title).match(/\S/);
      expect(agent.projectDir, agent.id).match(/^([.a-z][\w./-]*\/)?skills$/);
      expect(agent.universal).equal(agent.projectDir === '.agents/skills');
      for (const { folder } of agent.bases) expect(folder, agent.id).match(/^[~^]\/[\w./-]+$/);
      expect(agent.globalDir === undefined || agent.sharedGlobalDir === undefined).equal(true);
    }
  });

  const rows: [string, string, string | undefined][] = [
    ['claude-code', '.claude/skills', '~/.claude/skills'],
    ['codex', '.agents/skills', '~/.codex/skills'],
    ['amp', '.agents/skills', '~/.config/agents/skills'],
    ['opencode', '.agents/skills', '~/.config/opencode/skills'],
    ['zed', '.agents/skills', '~/.agents/skills'],
    ['goose', '.goose/skills', '~/.config/goose/skills'],
    ['windsurf', '.windsurf/skills', '~/.codeium/windsurf/skills'],
    ['openclaw', 'skills', '~/.openclaw/skills'],
    ['pi', '.pi/skills', '~/.pi/agent/skills'],
    ['kimchi', '.kimchi/skills', '~/.config/kimchi/harness/skills'],
    ['astrbot', 'data/skills', '~/.astrbot/data/skills'],
    ['posit-assistant', '.posit/assistant/skills', '~/.posit/assistant/skills'],
    ['eve', 'agent/skills', undefined],
    ['promptscript', '.agents/skills', undefined],
  ];
  for (const [id, projectDir, global] of rows) {
    it(`${id} reads ${projectDir} and ${global}`, () => {
      const agent = findAgent(id);
      expect(agent.projectDir).equal(projectDir);
      expect(globalSkillsDir(agent, env())).equal(global?.replace('~', user()));
    });
  }

  for (const [id, variable] of Object.entries({
    codex: 'CODEX_HOME',
    'claude-code': 'CLAUDE_CONFIG_DIR',
    'autohand-code': 'AUTOHAND_HOME',
    codewhale: 'CODEWHALE_HOME',
    grok: 'GROK_HOME',
    'hermes-agent': 'HERMES_HOME',
    'mistral-vibe': 'VIBE_HOME',
  })) {
    it(`${variable} moves ${id}`, () => {
      expect(globalSkillsDir(findAgent(id), env({ [variable]: '/moved' }))).equal('/moved/skills');
    });
  }

  it('XDG_CONFIG_HOME moves those that follow it; a relative one is ignored', () => {
    expect(globalSkillsDir(findAgent('goose'), env({ XDG_CONFIG_HOME: '/xdg' }))).equal('/xdg/goose/skills');
    expect(globalSkillsDir(findAgent('amp'), env({ XDG_CONFIG_HOME: '/xdg' }))).equal('/xdg/agents/skills');
    expect(globalSkillsDir(findAgent('amp'), env({ XDG_CONFIG_HOME: 'xdg' }))).equal(
      join(user(), '.config/agents/skills'),
    );
    expect(globalSkillsDir(findAgent('codex'), env({ XDG_CONFIG_HOME: '/xdg' }))).equal(join(user(), '.codex/skills'));
  });

  it('takes the older folder of an agent where only that is there', () => {
    mkdirSync(join(user(), '.clawdbot'), { recursive: true });
    expect(globalSkillsDir(findAgent('openclaw'), env())).equal(join(user(), '.clawdbot/skills'));
  });

  it('says which agents there are when one is not known', async () => {
    const error = await expectError(() => findAgent('clippy'), 'ERR_USAGE', /"clippy" is not an agent/);
    expect(error.hint).include('claude-code');
  });
});

describe('store: which agents are here', () => {
  it('none on an empty machine', () => {
    expect(detected()).deep.equal({});
  });

  it('those with a folder, a program on the PATH, or a sign in the project', () => {
    mkdirSync(join(user(), '.codex'), { recursive: true });
    mkdirSync(join(user(), '.config/zed'), { recursive: true });
    writeFiles(join(dir(), 'bin'), { gemini: '#!/bin/sh\n' });
    writeFiles(project(), { '.cursor/rules': '', 'CLAUDE.md': '' });
    expect(detected({ PATH: `/nowhere:${join(dir(), 'bin')}` })).deep.equal({
      codex: 'machine',
      zed: 'machine',
      'gemini-cli': 'machine',
      cursor: 'project',
      'claude-code': 'project',
    });
  });

  it('ignores ~/.agents and .agents, which belong to all', () => {
    mkdirSync(join(user(), '.agents/skills'), { recursive: true });
    mkdirSync(join(project(), '.agents/skills'), { recursive: true });
    expect(detected()).deep.equal({});
  });

  it('passes over what cannot be reached: files for folders, loops, names too long, folders of others', () => {
    writeFiles(user(), { file: 'no folder', 'bin/claude': '' });
    symlinkSync('loop', join(user(), 'loop'));
    const long = 'x'.repeat(5_000);
    const folders = ['file/x', 'loop/x', `${long}/x`, 'bin'].map((folder) => join(user(), folder));
    const PATH = folders.join(':');
    expect(detected({ PATH })).deep.equal({ 'claude-code': 'machine' });
    const few = listAgents().filter(({ id }) => id === 'claude-code');
    expect(detectAgents({ env: env({ PATH }) }, few).map(({ agent }) => agent.id)).deep.equal(['claude-code']);
  });

  it('passes over folders that may not be entered', () => {
    const closed = mkdtempSync(join(tmpdir(), 'skills-closed-'));
    writeFiles(closed, { 'x/claude': '' });
    chmodSync(closed, 0);
    const few = listAgents().filter(({ id }) => id === 'claude-code');
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534); // root may enter every folder
    try {
      expect(() => statSync(join(closed, 'x'))).throw('EACCES');
      expect(detectAgents({ env: { HOME: closed, PATH: join(closed, 'x') } }, few)).deep.equal([]);
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(closed, 0o700);
      rmSync(closed, { recursive: true });
    }
  });

  it('follows variables', () => {
    mkdirSync(join(dir(), 'moved'));
    expect(detected({ CLAUDE_CONFIG_DIR: join(dir(), 'moved') })).deep.equal({ 'claude-code': 'machine' });
  });

  it('says honestly who sees a skill now, who must be restarted, and who has none of it', () => {
    writeFiles(project(), { '.claude/x': '', '.codex/x': '', '.goose/x': '' });
    const found = detectAgents({ env: env(), project: project() });
    expect(describeAgents(found, ['.agents/skills', '.claude/skills'])).deep.equal({
      sees: ['Claude Code'],
      restart: ['Codex'],
      unreached: [{ id: 'goose', title: 'goose', dir: '.goose/skills' }],
    });
    expect(describeAgents(found, ['.agents/skills', '.claude/skills'], ['.claude/skills'])).deep.include({
      sees: [],
      restart: ['Claude Code', 'Codex'],
    });
  });
});

describe('store: the places of a skill', () => {
  it('real files alone, where Claude Code is neither here nor there', () => {
    const agents = chooseAgents({ env: env(), project: project() });
    expect(projectPlaces(project(), 'pdf', agents)).deep.equal([
      { kind: 'copy', path: join(project(), '.agents/skills/pdf') },
    ]);
  });

  it('a relative link for Claude Code where it is, and for an agent that was named', () => {
    mkdirSync(join(user(), '.claude'), { recursive: true });
    const agents = chooseAgents({ env: env(), project: project() }, ['posit-assistant', 'codex']);
    expect(projectPlaces(project(), 'pdf', agents)).deep.equal([
      { kind: 'copy', path: join(project(), '.agents/skills/pdf') },
      { kind: 'link', path: join(project(), '.posit/assistant/skills/pdf'), target: '../../../.agents/skills/pdf' },
      { kind: 'link', path: join(project(), '.claude/skills/pdf'), target: '../../.agents/skills/pdf' },
    ]);
  });

  it('one link where two agents share a folder', () => {
    const agents = chooseAgents({ env: env(), project: project() }, ['trae', 'trae-cn']);
    expect(projectPlaces(project(), 'pdf', agents).length).equal(2);
  });

  for (const [from, to] of [
    ['.claude/skills', '../.agents/skills'],
    ['.agents/skills', '../.claude/skills'],
    ['.claude', '.agents'],
  ] as const) {
    it(`no link where ${from} is itself a link to ${to}`, () => {
      writeFiles(project(), { [join(from, '..', to, 'x/SKILL.md')]: '' });
      mkdirSync(join(project(), from, '..'), { recursive: true });
      symlinkSync(to, join(project(), from));
      const places = projectPlaces(project(), 'pdf', [findAgent('claude-code')]);
      expect(places).deep.equal([{ kind: 'copy', path: join(project(), '.agents/skills/pdf') }]);
    });
  }

  it('refuses a folder that leads out of the project', async () => {
    mkdirSync(join(project(), '.agents'), { recursive: true });
    mkdirSync(join(dir(), 'outside'));
    symlinkSync('../../outside', join(project(), '.agents/skills'));
    await expectError(() => projectPlaces(project(), 'pdf', []), 'ERR_CONFLICT', /leads out of the project/);
  });

  it('globally, links into the store, each folder once', async () => {
    const store = await openStore(join(dir(), 'home'));
    const tree = await addSkill(store, 'pdf');
    const places = globalPlaces(tree, [findAgent('claude-code'), findAgent('zed'), findAgent('eve')], env());
    expect(places).deep.equal([
      { kind: 'link', path: join(user(), '.agents/skills/pdf'), target: tree.path },
      { kind: 'link', path: join(user(), '.claude/skills/pdf'), target: tree.path },
    ]);
    await store.commit({ places });
    expect(readlinkSync(join(user(), '.claude/skills/pdf'))).equal(tree.path);
    expect(readFiles(join(user(), '.agents/skills/pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
  });
});
