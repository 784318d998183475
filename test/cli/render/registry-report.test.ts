import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { formatRegistryReport } from '../../../src/cli/render/registry-report.ts';

const report = {
  registry: 'harbor.example.com/team',
  wrote: true,
  product: { name: 'Harbor', version: 'v2.14.0' },
  sample: 'team/pdf:latest',
  findings: [
    { id: 'referrers', title: 'Referrers API', answer: 'yes', detail: 'there' },
    { id: 'trust', title: 'Content trust', answer: 'no', detail: 'off', hint: 'this follows from it' },
    { id: 'mount', title: 'Mounts', answer: 'unknown', detail: 'not\u001b[31m tried' },
  ],
  left: ['the empty repository team/skills-probe'],
} as const;

describe('formatRegistryReport', () => {
  const lines = (width?: number) => stripVTControlCharacters(formatRegistryReport(report, width)).split('\n');

  it('has a line a finding, what follows below it, and what is left behind', () => {
    expect(lines()).to.deep.equal([
      'harbor.example.com/team (Harbor v2.14.0), by team/pdf:latest',
      '✓ Referrers API  there',
      '✗ Content trust  off',
      '                 this follows from it',
      '? Mounts         not tried',
      'Left behind: the empty repository team/skills-probe',
    ]);
  });

  it('folds long lines on a terminal, and no word', () => {
    const folded = lines(40).slice(1, -1);
    for (const line of folded) expect(line.length, line).to.be.at.most(40);
    const long = { ...report, findings: [{ ...report.findings[0], detail: 'x'.repeat(60) }] };
    expect(formatRegistryReport(long, 40)).to.contain('x'.repeat(60));
  });

  it('says no more of a registry than is known', () => {
    const { product: _, sample: __, ...rest } = report;
    expect(stripVTControlCharacters(formatRegistryReport({ ...rest, left: [] })).split('\n')[0]).to.equal(
      report.registry,
    );
  });
});
