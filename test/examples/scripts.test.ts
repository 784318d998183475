import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { examples, pythonTest, runScript } from './examples.ts';

const sales = [
  '\uFEFFdate;region;amount;note',
  '2026-02-02;north;100;"a; b"',
  '2026-02-03;south;50.5;',
  '2026-02-10;north;200;x',
  '2026-02-11;east;oops;',
  '2026-02-17;south;10;',
  '',
].join('\n');

describe('scripts of the example skills', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-examples-'));
    writeFileSync(join(room, 'sales.csv'), sales);
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const table = (...args: string[]) => runScript('table-tools/scripts/table', args, { cwd: room });

  interface Row {
    readonly title: string;
    readonly args: readonly string[];
    readonly stdout: readonly string[];
    readonly code?: number;
    readonly stderr?: RegExp;
  }

  const rows: readonly Row[] = [
    {
      title: 'columns tells dates, numbers and texts apart, and finds the separator and a byte order mark',
      args: ['columns', 'sales.csv'],
      stdout: ['column,type,filled,empty', 'date,date,5,0', 'region,text,5,0', 'amount,text,5,0', 'note,text,2,3'],
    },
    {
      title: 'filter compares numbers as numbers and names the line that has none',
      args: ['filter', 'sales.csv', 'amount>=100'],
      stdout: ['date,region,amount,note', '2026-02-02,north,100,a; b', '2026-02-10,north,200,x'],
      code: 1,
      stderr: /line 5: amount is no number: 'oops'/,
    },
    {
      title: 'filter takes several conditions, and compares dates',
      args: ['filter', 'sales.csv', 'region=north', 'date>2026-02-03'],
      stdout: ['date,region,amount,note', '2026-02-10,north,200,x'],
    },
    {
      title: 'sort orders and limits',
      args: ['sort', 'sales.csv', 'date', '--descending', '--limit', '1'],
      stdout: ['date,region,amount,note', '2026-02-17,south,10,'],
    },
    {
      title: 'group counts where nothing is measured',
      args: ['group', 'sales.csv', '--by', 'region'],
      stdout: ['region,count', 'east,1', 'north,2', 'south,2'],
    },
    {
      title: 'group sums and averages by week, without what it cannot use',
      args: ['group', 'sales.csv', '--week', 'date', '--by', 'week', '--sum', 'amount', '--mean', 'amount'],
      stdout: ['week,sum_amount,mean_amount', '2026-W06,150.5,75.25', '2026-W07,200,200', '2026-W08,10,10'],
      code: 1,
      stderr: /line 5/,
    },
    {
      title: 'an unknown column is named beside those that there are',
      args: ['sort', 'sales.csv', 'nope'],
      stdout: [],
      code: 2,
      stderr: /there is no column nope; there are: date, region, amount, note/,
    },
    { title: 'a missing file', args: ['columns', 'gone.csv'], stdout: [], code: 2, stderr: /gone\.csv: No such file/ },
    {
      title: 'a condition that is none',
      args: ['filter', 'sales.csv', 'region'],
      stdout: [],
      code: 2,
      stderr: /no condition/,
    },
    { title: 'no verb', args: [], stdout: [], code: 2, stderr: /usage/ },
  ];
  for (const { title, args, stdout, code = 0, stderr = /^$/ } of rows) {
    it(
      `table: ${title}`,
      pythonTest(() => {
        const ran = table(...args);
        expect(ran.stdout.split('\n').filter(Boolean)).to.deep.equal(stdout);
        expect(ran.stderr).to.match(stderr);
        expect(ran.code).to.equal(code);
      }),
    );
  }

  it(
    'table: markdown aligns numbers to the right and escapes bars, from standard input',
    pythonTest(() => {
      const options = { cwd: room, input: 'name,n\n"a|b",1\nc,2\n' };
      const { stdout } = runScript('table-tools/scripts/table', ['markdown', '-'], options);
      expect(stdout).to.equal('| name | n |\n| --- | ---: |\n| a\\|b | 1 |\n| c | 2 |\n');
    }),
  );

  it(
    'weekly-report: uses table-tools beside it, and reports what could not be used once',
    pythonTest(() => {
      const args = ['sales.csv', '--date', 'date', '--value', 'amount', '--by', 'region'];
      const { code, stdout, stderr } = runScript('csv-report/scripts/weekly-report', args, { cwd: room });
      expect(stdout).to.include('| 2026-W07 | 200.00 | +49.50 | 1 |');
      expect(stdout).to.include('| north | 300 | 2 |');
      expect(stderr.match(/line 5/g)).to.have.length(1);
      expect(code).to.equal(1);
    }),
  );

  it('peek: shows the first lines as they are', () => {
    const { code, stdout, stderr } = runScript('table-tools/scripts/peek', ['sales.csv', '2'], { cwd: room });
    expect(stdout).to.equal(`${sales.split('\n').slice(0, 2).join('\n')}\n`);
    expect(stderr).to.match(/6 lines/);
    expect(code).to.equal(0);
  });

  it('disk-usage: the largest first, only so many, and wrong usage is refused', () => {
    mkdirSync(join(room, 'big folder'));
    writeFileSync(join(room, 'big folder', 'big'), Buffer.alloc(3 * 1024 * 1024, 1));
    const { code, stdout } = runScript('disk-usage/scripts/disk-usage.sh', ['.', '3'], { cwd: room });
    const paths = stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^.*MiB {2}/, ''));
    expect(paths.toSorted()).to.deep.equal(['.', './big folder', './big folder/big']);
    expect(code).to.equal(0);
    const wrong = (...args: string[]) => runScript('disk-usage/scripts/disk-usage.sh', args, { cwd: room });
    expect(wrong('gone')).to.deep.include({ code: 2, stderr: 'disk-usage: gone is no folder\n' });
    expect(wrong('.', 'x')).to.deep.include({ code: 2, stderr: 'disk-usage: x is no number\n' });
  });
});

describe('badge-maker', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-badge-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const make = (...args: string[]) => runScript('badge-maker/scripts/make-badge.mjs', args, { cwd: room });

  it('draws the picture that lies in its assets', () => {
    expect(make('--label', 'build', '--text', 'passing', '--output', 'badge.png').code).to.equal(0);
    const drawn = readPng(readFileSync(join(room, 'badge.png')));
    expect(drawn).to.deep.equal(readPng(readFileSync(join(examples, 'badge-maker', 'assets', 'badge.png'))));
    expect(drawn.width).to.equal((5 + 7) * 12 - 4 + 24);
  });

  it('draws in the colour that was asked for', () => {
    make('--label', 'a', '--text', 'b', '--colour', 'red');
    const { palette } = readPng(readFileSync(join(room, 'badge.png')));
    expect(palette.subarray(3, 6).toString('hex')).to.equal('c0392b');
  });

  const wrong: readonly [args: string[], reason: RegExp][] = [
    [['--label', 'a'], /--text is missing/],
    [['--label', 'a', '--text', 'b', '--colour', 'pink'], /--colour is one of green, red/],
    [['--label', 'a'.repeat(25), '--text', 'b'], /more than 24/],
    [['--nope'], /Unknown option/],
  ];
  for (const [args, reason] of wrong) {
    it(`refuses ${args.join(' ')}`, () => {
      const { code, stderr } = make(...args);
      expect(stderr).to.match(reason);
      expect(code).to.equal(2);
    });
  }
});

interface Png {
  readonly width: number;
  readonly height: number;
  readonly palette: Buffer;
  readonly pixels: Buffer;
}

/** Reads an 8-bit palette PNG and checks every chunk's checksum (PNG specification, section 5). */
function readPng(bytes: Buffer): Png {
  expect(bytes.subarray(0, 8).toString('hex')).to.equal('89504e470d0a1a0a');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).to.equal(crc32(body));
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += 12 + length;
  }
  const part = (type: string) => chunks.get(type) ?? Buffer.alloc(0);
  const [width, height] = [part('IHDR').readUInt32BE(0), part('IHDR').readUInt32BE(4)];
  const pixels = inflateSync(part('IDAT'));
  expect(pixels.length).to.equal(height * (width + 1));
  return { width, height, palette: part('PLTE'), pixels };
}
