import { pino } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What the product logs through: structured fields first, then a message without variables in it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: Record<string, unknown>): Logger;
}

/** Paths that may hold a secret wherever they appear; the value is replaced, the key stays as evidence. */
const REDACTED = ['config', 'secret', 'secrets', 'password', 'apiKey', 'authorization', 'secretAccessKey'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

/** JSON lines on stdout, secrets redacted. */
export function createLogger(options: { name: string; level: LogLevel }): Logger {
  return pino({ name: options.name, level: options.level, redact: { paths: REDACTED, censor: '[redacted]' } });
}
