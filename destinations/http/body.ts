import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpConfig } from './config.ts';

const pack = promisify(gzip);
/** Level 6 takes twice the time for 5 % fewer bytes of JSON lines. */
const GZIP_LEVEL = 3;
const NEWLINE = 0x0a;
const COMMA = 0x2c;

/** A request's body around rows that are JSON already, one a line. */
export async function bodyOf(lines: Buffer, config: HttpConfig): Promise<Buffer> {
  const plain = config.shape === 'jsonl' ? lines : arrayOf(lines, config);
  return config.compression === 'gzip' ? await pack(plain, { level: GZIP_LEVEL }) : plain;
}

export function contentHeaders({ shape, compression }: HttpConfig): Record<string, string> {
  return {
    'content-type': shape === 'jsonl' ? 'application/x-ndjson' : 'application/json',
    ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
  };
}

function head({ shape, apiKey, historicalMigration }: HttpConfig): string {
  return shape === 'posthog'
    ? `{"api_key":${JSON.stringify(apiKey)},"historical_migration":${String(historicalMigration)},"batch":[`
    : '[';
}

function tail({ shape }: HttpConfig): string {
  return shape === 'posthog' ? ']}' : ']';
}

/** JSON escapes a newline inside a value, so each raw one ends a row. Copies the rows once. */
function arrayOf(lines: Buffer, config: HttpConfig): Buffer {
  const before = Buffer.from(head(config));
  const body = Buffer.concat([before, lines.subarray(0, -1), Buffer.from(tail(config))]);
  for (let at = body.indexOf(NEWLINE, before.length); at >= 0; at = body.indexOf(NEWLINE, at + 1)) {
    body[at] = COMMA;
  }
  return body;
}
