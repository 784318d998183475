import { once } from 'node:events';
import { Command } from '@oclif/core';
import type { Logger } from '../core/index.ts';
import type { ProgressEvent, SkillManager } from '../manager/index.ts';
import { commonFlags } from './flags.ts';
import { abortOnInterrupt } from './interrupt.ts';
import { createVerboseLogger, openManager, type Place } from './open-manager.ts';
import { reportError } from './render/error.ts';
import { type Progress, showProgress } from './render/progress.ts';
import { writeJson, writeLine, writeText } from './render/write.ts';

/** A server that a command started. */
export interface RunningServer {
  readonly url: string;
  readonly token?: string | undefined;
  /** What it serves, in words: `registry of ./registry`. */
  readonly what: string;
  close(): Promise<void>;
}

/** What every command has: the common flags, the manager, and one way to print results and errors. */
export abstract class SkillsCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = commonFlags;

  /**
   * Opens the manager, does the work, and closes what was opened. Ctrl-C aborts the work; what it had begun is undone
   * or finished by the manager.
   */
  protected async withManager<T>(place: Place, work: (manager: SkillManager) => Promise<T>): Promise<T> {
    using interrupt = abortOnInterrupt();
    // said at the end, below the progress display
    using warnings = new Warnings(!place.quiet);
    using progress = this.#progress(place);
    const onProgress = (event: ProgressEvent) => progress?.show(event);
    const onWarning = (text: string) => warnings.add(text);
    const watchers = { signal: interrupt.signal, onProgress, onWarning, words: this.argv };
    await using manager = await openManager(place, watchers);
    return await work(manager);
  }

  /**
   * Starts a server, says where it is, and waits for Ctrl-C or SIGTERM. Being stopped is its normal end: exit code 0.
   * With `--json` each event is one document a line (NDJSON).
   */
  protected async serve(
    start: (logger: Logger | undefined) => Promise<RunningServer>,
    verbose: boolean,
  ): Promise<void> {
    using interrupt = abortOnInterrupt();
    const server = await start(verbose ? await createVerboseLogger() : undefined);
    const { url, token, what } = server;
    if (this.jsonEnabled()) {
      writeLine(process.stdout, JSON.stringify({ event: 'listening', url, ...(token ? { token } : {}) }));
    } else {
      this.print(`Serving the ${what} at ${url}${token ? `\nToken for changes: ${token}` : ''}`);
      this.note('Stop it with Ctrl-C.');
    }
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    await server.close();
  }

  /**
   * Prints the result for people: not with `--json`, which prints the document instead.
   *
   * @param brief what `--quiet` prints in its place: the one thing that a script goes on with.
   */
  protected print(text: string, brief = text): void {
    const shown = this.#has('--quiet', '-q') ? brief : text;
    if (!this.jsonEnabled() && shown !== '') writeText(process.stdout, shown);
  }

  /** Prints text that is passed on as it is where a program reads it; a terminal is never given control characters. */
  protected printExactly(text: string): void {
    if (process.stdout.isTTY) this.print(text);
    else if (!this.jsonEnabled() && text !== '') writeLine(process.stdout, text);
  }

  /** Prints what is good to know but no result; `--quiet` leaves it out. On standard error, so that pipes stay clean. */
  protected note(text: string): void {
    if (!this.jsonEnabled() && !this.#has('--quiet', '-q') && text !== '') writeText(process.stderr, text);
  }

  /** The exit code of a command that did its work and found something: 8 for errors in a skill, 10 for updates. */
  protected exitWith(code: number): void {
    process.exitCode = code;
  }

  override logJson(document: unknown): void {
    writeJson(process.stdout, document);
  }

  protected override async catch(error: Error): Promise<void> {
    const command = this.id?.replaceAll(':', ' ');
    process.exitCode = reportError(error, { json: this.jsonEnabled(), verbose: this.#has('--verbose'), command });
  }

  #progress(place: Place): Progress | undefined {
    return this.jsonEnabled() || place.quiet || place.verbose ? undefined : showProgress(process.stderr);
  }

  /** Looks at the words themselves: errors may come before flags are parsed. */
  #has(...names: string[]): boolean {
    const end = this.argv.indexOf('--');
    return (end < 0 ? this.argv : this.argv.slice(0, end)).some((word) => names.includes(word));
  }
}

/** What registries want to be said, on standard error, each once. */
class Warnings implements Disposable {
  readonly #texts = new Set<string>();
  readonly #shown: boolean;

  constructor(shown: boolean) {
    this.#shown = shown;
  }

  add(text: string): void {
    this.#texts.add(text);
  }

  [Symbol.dispose](): void {
    if (!this.#shown) return;
    for (const text of this.#texts) writeText(process.stderr, `warning: ${text}`);
  }
}
