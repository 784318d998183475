/** The signal that asked to stop. */
export interface Interrupt {
  readonly name: 'SIGINT' | 'SIGTERM';
  /** 128 + the signal's number: 130 or 143. */
  readonly exitCode: number;
}

const exitCodesOfSignals = { SIGINT: 130, SIGTERM: 143 } as const;

let interrupt: Interrupt | undefined;

/** The signal that came, if any. */
export function currentInterrupt(): Interrupt | undefined {
  return interrupt;
}

/**
 * A signal that aborts on the first Ctrl-C or SIGTERM, so that work can end cleanly; a second one ends the process at once.
 *
 * Call {@link Disposable} `[Symbol.dispose]` when the work is done: the process then dies by a signal as usual again.
 */
export function abortOnInterrupt(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (name !== 'SIGINT' && name !== 'SIGTERM') return;
    const exitCode = exitCodesOfSignals[name];
    if (interrupt) process.exit(exitCode);
    interrupt = { name, exitCode };
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
