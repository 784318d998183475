import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readConsole, type ShownCommand } from './console.ts';
import { readPage, root } from './pages.ts';
import { type Ended, findProgram, Walk } from './walk.ts';

export interface PageToFollow {
  readonly path: string;
  /** Whether the page says that the examples are published already. */
  readonly published?: boolean;
  /** Whether its first block of TypeScript is run after the commands. */
  readonly program?: boolean;
}

/** A page whose commands are run one after the other, while other pages are followed too. */
export class FollowedPage {
  readonly page: PageToFollow;
  readonly text: string;
  readonly commands: readonly ShownCommand[];
  /** How each command ended; undefined where what it needs is not on this machine. */
  #ended: readonly Promise<Ended | undefined>[] = [];
  #program: Promise<Ended> | undefined;
  #walk: Promise<Walk> | undefined;

  constructor(page: PageToFollow) {
    this.page = page;
    this.text = readPage(page.path).text;
    this.commands = readConsole(this.text);
  }

  start(): void {
    const walk = this.#open();
    this.#walk = walk;
    let before: Promise<unknown> = walk;
    const next = <T>(work: (walk: Walk) => Promise<T>): Promise<T> => {
      const result = before.then(async () => work(await walk));
      before = result.catch(() => undefined); // the test of that command tells it
      return result;
    };
    this.#ended = this.commands.map((shown) => next((running) => runShown(running, shown)));
    if (this.page.program) this.#program = next((running) => runProgram(running, this.text));
  }

  ended(index: number): Promise<Ended | undefined> {
    return this.#ended[index] ?? Promise.reject(new Error('the page was not started'));
  }

  get program(): Promise<Ended> {
    return this.#program ?? Promise.reject(new Error('the page has no program'));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#ended, this.#program]);
    await (await this.#walk)?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<Walk> {
    const walk = await Walk.open();
    if (this.page.published) await walk.publishExamples();
    return walk;
  }
}

async function runShown(walk: Walk, { command, needs }: ShownCommand): Promise<Ended | undefined> {
  if (needs === undefined || findProgram(needs) !== undefined) return walk.run(command);
  return undefined;
}

/** The page's first block of TypeScript, with the sources in place of the installed package. */
function runProgram(walk: Walk, text: string): Promise<Ended> {
  const program = /^```ts\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '';
  const library = pathToFileURL(join(root, 'src', 'index.ts')).href;
  return walk.runProgram(program.replace("'@skills/cli'", `'${library}'`));
}
