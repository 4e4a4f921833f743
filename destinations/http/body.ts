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
  const plain =
    config.shape === 'jsonl'
      ? lines
      : Buffer.concat([Buffer.from(head(config)), array(lines), Buffer.from(tail(config))]);
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
    ? `{"api_key":${JSON.stringify(apiKey)},"historical_migration":${String(historicalMigration)},"batch":`
    : '';
}

function tail({ shape }: HttpConfig): string {
  return shape === 'posthog' ? '}' : '';
}

/** JSON escapes a newline inside a value, so each raw one ends a row. */
function array(lines: Buffer): Buffer {
  const joined = Buffer.from(lines);
  for (let at = joined.indexOf(NEWLINE); at >= 0; at = joined.indexOf(NEWLINE, at + 1)) {
    joined[at] = COMMA;
  }
  return Buffer.concat([Buffer.from('['), joined.subarray(0, -1), Buffer.from(']')]);
}
