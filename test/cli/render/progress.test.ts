import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describeProgress, showProgress } from '../../../src/cli/render/progress.ts';

/** A terminal that keeps what is written. */
function terminal(isTTY = true): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = {
    isTTY,
    columns: 80,
    write: (piece: string) => {
      text += piece;
      return true;
    },
  };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

describe('describeProgress', () => {
  it('names phase, skill, steps and bytes', () => {
    const event = { phase: 'fetch', name: 'pdf', done: 3, total: 12, bytes: 1_234_567 } as const;
    expect(describeProgress(event, 80)).to.equal('Fetching pdf 3/12 1.2 MB');
    expect(describeProgress({ phase: 'resolve' }, 80)).to.equal('Resolving');
  });

  it('stays within the line', () => {
    expect(describeProgress({ phase: 'fetch', name: 'x'.repeat(99) }, 20)).to.have.length(20);
  });
});

describe('showProgress', () => {
  const { CI, TERM } = process.env;
  beforeEach(() => {
    delete process.env.CI;
    process.env.TERM = 'xterm';
  });
  afterEach(() => {
    restore('CI', CI);
    restore('TERM', TERM);
  });

  it('shows nothing where there is no terminal, in CI, and on a dumb one', () => {
    expect(showProgress(terminal(false).stream)).to.equal(undefined);
    process.env.CI = 'true';
    expect(showProgress(terminal().stream)).to.equal(undefined);
    delete process.env.CI;
    process.env.TERM = 'dumb';
    expect(showProgress(terminal().stream)).to.equal(undefined);
  });

  it('says nothing of work under 300 ms', async () => {
    const { stream, text } = terminal();
    const progress = showProgress(stream);
    progress?.show({ phase: 'resolve' });
    await sleep(150);
    progress?.[Symbol.dispose]();
    expect(text()).to.equal('');
  });

  it('shows a line for longer work, and takes it away at the end', async () => {
    const { stream, text } = terminal();
    const progress = showProgress(stream);
    progress?.show({ phase: 'fetch', name: 'pdf' });
    for (let waited = 0; waited < 40 && !text().includes('Fetching pdf'); waited++) await sleep(100);
    progress?.[Symbol.dispose]();
    expect(text()).to.contain('Fetching pdf');
    expect(text().endsWith('\r\u001B[2K')).to.equal(true);
  });
});

function restore(name: 'CI' | 'TERM', value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
