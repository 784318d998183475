import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { formatFacts, formatTable } from '../../../src/cli/render/table.ts';

describe('formatTable', () => {
  it('lines columns up and leaves no blanks at the ends of lines', () => {
    const text = formatTable(
      ['A', 'LONG'],
      [
        ['one', '1'],
        ['three', ''],
      ],
    );
    expect(stripVTControlCharacters(text).split('\n')).to.deep.equal(['A      LONG', 'one    1', 'three']);
  });

  it('cuts the last column to the room there is, and no other', () => {
    const text = formatTable(['NAME', 'TEXT'], [['a-long-name', 'x'.repeat(80)]], { width: 40 });
    const [, row = ''] = text.split('\n');
    expect(row).to.have.length(40);
    expect(row).to.match(/^a-long-name {2}x+…$/);
  });

  it('lets the widest columns give way on a narrow terminal, so that no line goes on in the next', () => {
    const row = ['csv-report', '1.0.0', 'data, report, tables, and more', 'Makes a report of a CSV file.'];
    const lines = formatTable(['SKILL', 'VERSION', 'TAGS', 'DESCRIPTION'], [row], { width: 51 }).split('\n');
    for (const line of lines) expect(stripVTControlCharacters(line).length, line).to.be.at.most(51);
    expect(lines[1]).to.match(/^csv-r\S+ +1\.0\.0 {4}data, \S* +Makes a report/);
  });

  it('cuts nothing that is piped', () => {
    expect(formatTable(['TEXT'], [['x'.repeat(500)]])).to.contain('x'.repeat(500));
  });

  it('does not count colours as width', () => {
    const text = formatTable(
      ['A', 'B'],
      [
        ['\u001B[31mred\u001B[39m', '1'],
        ['blue', '2'],
      ],
    );
    expect(stripVTControlCharacters(text).split('\n')).to.deep.equal(['A     B', 'red   1', 'blue  2']);
  });

  it('is its headings where there are no rows', () => {
    expect(stripVTControlCharacters(formatTable(['A', 'B'], []))).to.equal('A  B');
  });
});

describe('formatFacts', () => {
  it('keeps each fact on its line: keys come from others too', () => {
    const text = formatFacts([
      ['org.example\nsigned by', 'x'],
      ['about', 'fine\nsigned by  Acme'],
    ]);
    expect(stripVTControlCharacters(text).split('\n')).to.have.length(2);
  });

  it('leaves out what has no value', () => {
    const text = formatFacts([
      ['name', 'pdf'],
      ['licence', undefined],
      ['tags', ''],
      ['size', '1 B'],
    ]);
    expect(stripVTControlCharacters(text)).to.equal('name  pdf\nsize  1 B');
  });
});
