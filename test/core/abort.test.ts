import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { isSkillsError, untilAborted } from '../../src/core/index.ts';

describe('untilAborted', () => {
  const never = new Promise<never>(() => {});
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (isSkillsError(error) ? error.code : 'other'),
    );

  it('is the work itself where nobody stops it', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).to.equal(7);
    expect(await untilAborted(Promise.resolve(7), undefined)).to.equal(7);
    expect(await codeOf(untilAborted(Promise.reject(new Error('x')), signal))).to.equal('other');
    expect(getEventListeners(signal, 'abort')).to.have.length(0);
  });

  it('ends with the signal, at once where it was aborted before', async () => {
    const controller = new AbortController();
    const work = untilAborted(never, controller.signal);
    controller.abort();
    expect(await codeOf(work)).to.equal('ERR_INTERRUPTED');
    expect(await codeOf(untilAborted(never, controller.signal))).to.equal('ERR_INTERRUPTED');
    expect(getEventListeners(controller.signal, 'abort')).to.have.length(0);
  });

  it('leaves no failure of the work unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { promise, reject } = Promise.withResolvers<never>();
    expect(await codeOf(untilAborted(promise, AbortSignal.abort()))).to.equal('ERR_INTERRUPTED');
    reject(new Error('later'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', note);
    expect(unhandled).to.deep.equal([]);
  });
});
