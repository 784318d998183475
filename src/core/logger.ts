import { escapeControls } from './plain-text.ts';
import { redact } from './redact.ts';

/** What the library says while it works. pino's loggers, and `console`, are ones. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = () => {};

/** Says nothing: the default of the library. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A pino logger that writes JSON lines to standard error, with a correlation id on every line. Secrets are taken out of
 * each line, and what could steer a terminal is escaped.
 *
 * pino is loaded here and not at the top: only `--verbose` and services need it.
 */
export async function createLogger(level: LogLevel, correlationId: string): Promise<Logger> {
  // By its default export: a bundle gives a CommonJS module no other.
  const { default: pino } = await import('pino');
  const destination = pino.destination({ dest: 2, sync: true });
  const write = (line: string) => destination.write(redact(escapeControls(line)));
  const logger: Logger = pino({ level, base: { correlationId } }, { write });
  return logger;
}
