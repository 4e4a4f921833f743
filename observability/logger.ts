import { pino, type Logger as PinoLogger, type LoggerOptions as PinoOptions } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type LogFields = Record<string, unknown>;

/** The part of pino that the project uses: fields first (`err` for an error), then a message. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds `fields` to each line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The process or part that logs: `worker`, `server`. */
  name: string;
  level: LogLevel;
  /** One readable line instead of one JSON object; for terminals. */
  pretty?: boolean;
  /** Where lines go; standard output by default. */
  write?: (line: string) => void;
}

const REDACTED = '[redacted]';
/** Whatever may hold a customer's credentials, wherever it appears in the first three levels of a line. */
const SECRET_KEYS = [
  'config',
  'secret',
  'secrets',
  'signingSecret',
  'password',
  'passphrase',
  'apiKey',
  'apikey',
  'token',
  'captureToken',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'privateKey',
  'credentials',
  'connectionString',
  'encryptionKey',
  'oldEncryptionKeys',
  'authorization',
  'Authorization',
  'cookie',
  'webhook-signature',
  'x-api-key',
];
const REDACT_PATHS = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

export function createLogger(options: LoggerOptions): Logger {
  return createPinoLogger(options);
}

/** The same logger as pino itself, for Fastify's `loggerInstance`. Times are RFC 3339, levels are words. */
export function createPinoLogger(options: LoggerOptions): PinoLogger {
  const settings: PinoOptions = {
    name: options.name,
    level: options.level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACT_PATHS, censor: REDACTED },
  };
  const write = options.write ?? writeToStdout;
  const readable = options.pretty === true;
  return pino(settings, { write: readable ? (line: string) => write(prettyLine(line)) : write });
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** `05:17:03.120 WARN  worker: lease renewal failed {"runId":"…"}` and an error's stack below it. */
function prettyLine(json: string): string {
  const { level, time, name, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const head = `${text(time).slice(11, 23)} ${text(level).toUpperCase().padEnd(5)} ${text(name)}: ${text(msg)}`;
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  const stack = (err as { stack?: unknown } | undefined)?.stack;
  return `${head}${rest}${stack === undefined ? '' : `\n${text(stack)}`}\n`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
