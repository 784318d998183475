/** Prints the steps of the tour: a line each, with its time; progress on a terminal, plain lines elsewhere. */
export class Steps {
  readonly #out = process.stdout;
  readonly #tty = Boolean(process.stdout.isTTY);
  readonly #started = performance.now();
  #number = 0;

  title(text: string): void {
    this.#line(this.#strong(text), '');
  }

  async run<T>(
    title: string,
    work: (say: (result: string) => void, progress: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T> {
    const began = performance.now();
    const label = `${String(++this.#number).padStart(2)}  ${title}`;
    const details: string[] = [];
    this.#pending = details;
    let result = '';
    this.#live(`${label} …`);
    const value = await work(
      (text) => {
        result = text;
      },
      (done, total) => this.#live(`${label} … ${done}/${total}`),
    );
    this.#clear();
    this.#line(`${label.padEnd(46)} ${duration(performance.now() - began).padStart(8)}   ${result}`, ...details);
    return value;
  }

  #pending: string[] = [];

  /** A line below the step that is running. */
  detail(key: string, value: string): void {
    const width = (this.#out.columns ?? 120) - 34;
    const text = value.replaceAll(/\s+/g, ' ');
    this.#pending.push(
      `      ${key.padEnd(26)} ${this.#faint(text.length > width ? `${text.slice(0, width - 1)}…` : text)}`,
    );
  }

  note(...lines: string[]): void {
    this.#line(...lines);
  }

  done(text: string): void {
    this.#line('', `Done in ${duration(performance.now() - this.#started)}. ${text}.`);
  }

  fail(error: unknown): void {
    this.#clear();
    const { message, hint, stack } = error as { message?: string; hint?: string; stack?: string };
    process.stderr.write(
      `\nThe step failed: ${message ?? String(error)}\n${hint ? `  ${hint}\n` : ''}${stack ?? ''}\n`,
    );
  }

  #line(...lines: string[]): void {
    for (const line of lines) this.#out.write(`${line.trimEnd()}\n`);
  }

  #live(text: string): void {
    if (this.#tty) this.#out.write(`\r\u001b[K${text}`);
  }

  #clear(): void {
    if (this.#tty) this.#out.write('\r\u001b[K');
  }

  #strong(text: string): string {
    return this.#tty && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text;
  }

  #faint(text: string): string {
    return this.#tty && !process.env.NO_COLOR ? `\u001b[2m${text}\u001b[22m` : text;
  }
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
