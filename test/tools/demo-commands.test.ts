import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { commands } from '../../tools/demo/commands.ts';
import { finished, root, skills } from '../cli/support/run.ts';
import { ServedRoom } from '../cli/support/servers.ts';

describe('the lines that npm start -- --serve prints', function () {
  this.timeout(60_000);

  it('run as they are pasted, with any Node in PATH, and leave nothing outside of a temporary folder', async () => {
    await using served = await ServedRoom.open();
    const { room, prefix } = served;
    const { SKILLS_INDEX: url = '', SKILLS_INDEX_TOKEN: token = '' } = room.options.env ?? {};
    await skills(['publish', room.writeSkill('csv-report', { body: 'For testing in Python.' })], room.options);
    const temporary = join(room.path, 'tmp');
    mkdirSync(temporary);
    const lines = commands(root, prefix.split('/')[0] ?? '', { url, token: `${token} 'x'` });
    const pasted = [
      ...lines.map((line) => line.replace('/skills SKILLS_INDEX=', '/team SKILLS_INDEX=')),
      'echo "token $SKILLS_INDEX_TOKEN"',
    ];
    const shell = spawn('bash', ['-e', '-c', pasted.join('\n')], {
      cwd: room.project,
      env: { PATH: '/usr/bin:/bin', TMPDIR: temporary, HOME: room.home, NO_COLOR: '1', NO_PROXY: '*' },
    });
    shell.stdin.end();
    const { code, stdout, stderr } = await finished(shell);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain('+ csv-report').and.contain(`token ${token} 'x'`);
    expect(stdout, 'what curl got').to.contain('"results"');
    const [made = ''] = readdirSync(temporary).filter((name) => name.startsWith('tmp.'));
    expect(existsSync(join(temporary, made, '.agents/skills/csv-report'))).to.equal(true);
    expect(readdirSync(room.project)).to.deep.equal(['skills.json']);
  });
});
