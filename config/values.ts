import { resolve } from 'node:path';
import { z } from 'zod';
import { TASK_QUEUES, type QueueName } from '../core/ids.ts';
import { parseUrl } from '../core/parse-url.ts';

/** The kinds of values that variables have. */

export const QUEUE_NAMES = Object.keys(TASK_QUEUES) as QueueName[];
/** AES-256. */
const ENCRYPTION_KEY_BYTES = 32;

export function integer(bounds: { min: number; max?: number }): z.ZodType<number, string> {
  const max = bounds.max ?? Number.MAX_SAFE_INTEGER;
  const range = bounds.max === undefined ? `${bounds.min} or more` : `from ${bounds.min} to ${max}`;
  const message = `must be a whole number, ${range}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= bounds.min && value <= max, message);
}

export function url(protocols: readonly string[]): z.ZodType<string, string> {
  const message = `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string().refine((value) => protocols.includes(parseUrl(value)?.protocol ?? ''), message);
}

/** Comma-separated; spaces and empty items are ignored. */
function list<Item extends string>(item: (value: string) => value is Item, message: string): z.ZodType<Item[], string> {
  return z
    .string()
    .transform((text) => text.split(',').flatMap((value) => value.trim() || []))
    .refine((items): items is Item[] => items.every(item), message);
}

function isCidr(value: string): value is string {
  const bits = Number(value.split('/')[1]);
  const valid = value.includes(':') ? z.cidrv6() : z.cidrv4();
  return Number.isInteger(bits) && valid.safeParse(value).success;
}

export const PORT = { min: 0, max: 65_535 };
export const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((value) => value === 'true' || value === '1');
export const cidrs = list(isCidr, 'must be a list of networks such as 10.1.0.0/16,fd00::/8');
export const queues = list(
  (value): value is QueueName => QUEUE_NAMES.some((name) => name === value),
  `must be a list out of ${QUEUE_NAMES.join(', ')}`,
).refine((names) => names.length > 0, 'must name a queue at least');
export const folders = list((value): value is string => resolve(value) === value, 'must be a list of absolute paths');
const KEY_PROBLEM = `must be ${ENCRYPTION_KEY_BYTES} bytes in base64; make one with: openssl rand -base64 ${ENCRYPTION_KEY_BYTES}`;
const isKey = (text: string): text is string => /^[A-Za-z0-9+/]{43}=$/.test(text);
const keyBytes = (text: string): Buffer => Buffer.from(text, 'base64');
export const encryptionKey = z.string().refine(isKey, KEY_PROBLEM).transform(keyBytes);
export const encryptionKeys = list(isKey, `each ${KEY_PROBLEM}`).transform((keys) => keys.map(keyBytes));

export interface ConfigProblem {
  variable: string;
  problem: string;
}

/** Lists every problem at once. A process that meets it ends with exit code 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const width = Math.max(...problems.map(({ variable }) => variable.length));
    const lines = problems.map(({ variable, problem }) => `  ${variable.padEnd(width)}  ${problem}`);
    super(`the configuration is not usable:\n${lines.join('\n')}\nEvery variable is described in .env.example.`);
    this.problems = problems;
  }
}
