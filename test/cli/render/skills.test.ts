import { expect } from 'chai';
import { adviseStates, formatInstalled } from '../../../src/cli/render/skills.ts';
import { sha256 } from '../../../src/core/index.ts';
import type { InstalledSkill } from '../../../src/manager/index.ts';

function skill(name: string, state: InstalledSkill['state'] = 'same'): InstalledSkill {
  const digest = sha256(name);
  return {
    name,
    version: '1.0.0',
    description: `Does ${name}.`,
    source: `ghcr.io/acme/${name}`,
    digest,
    contentDigest: digest,
    path: `/project/.agents/skills/${name}`,
    requiredBy: [],
    direct: true,
    range: '^1.0.0',
    scope: 'project',
    state,
  };
}

describe('formatInstalled', () => {
  it('says nothing of states where all are as they should be', () => {
    const skills = [skill('one'), skill('two')];
    expect(formatInstalled(skills).split('\n')).to.deep.equal([
      'SKILL  VERSION  WANTED  DESCRIPTION',
      'one    1.0.0    ^1.0.0  Does one.',
      'two    1.0.0    ^1.0.0  Does two.',
    ]);
    expect(adviseStates(skills)).to.equal('');
  });

  const rows: readonly (readonly [InstalledSkill['state'], string, RegExp])[] = [
    ['missing', 'missing', /^To bring back .*: skills install$/],
    ['outdated', 'outdated', /^To bring back .*: skills install$/],
    ['changed', 'edited', /^To put back .*: skills install --force$/],
    ['foreign', 'in the way', /^Something .* move it away/],
  ];
  for (const [state, word, advice] of rows) {
    it(`marks what is ${state}, and says what to do`, () => {
      const skills = [skill('one'), skill('two', state)];
      const [head, one, two] = formatInstalled(skills).split('\n');
      expect(head).to.match(/^SKILL +VERSION +WANTED +STATE +DESCRIPTION$/);
      expect(one).to.match(/\^1\.0\.0 +ok +Does one\.$/);
      expect(two).to.match(new RegExp(`\\^1\\.0\\.0 +${word} +Does two\\.$`));
      expect(adviseStates(skills)).to.match(advice);
    });
  }
});
