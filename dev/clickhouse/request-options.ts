import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EngineError } from './engine-error.ts';

/** What a request says about the query beside its text. */
export interface RequestOptions {
  queryFromUrl: string;
  queryId: string;
  database: string | undefined;
  defaultFormat: string;
  settings: Map<string, string>;
  params: Map<string, string>;
  waitEndOfQuery: boolean;
  /** How the answer is to be packed. */
  packing: Packing | undefined;
}

export type Packing = 'gzip' | 'zstd';

/** Parts of the protocol, and settings that concern only it or that the engine as a library has no use for. */
const NOT_ENGINE_SETTINGS = new Set([
  'query', 'query_id', 'database', 'default_format', 'user', 'password', 'quota_key', 'role', 'stacktrace',
  'session_id', 'session_timeout', 'session_check', 'close_session', 'compress', 'decompress', 'buffer_size',
  'wait_end_of_query', 'client_protocol_version', 'enable_http_compression', 'http_zlib_compression_level',
  'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'cancel_http_readonly_queries_on_client_close',
  'http_wait_end_of_query', 'http_response_buffer_size', 'http_write_exception_in_output_format',
  // An insert here is always stored before it is answered, which is what async inserts with waiting promise.
  'async_insert', 'wait_for_async_insert', 'async_insert_busy_timeout_ms', 'async_insert_busy_timeout_max_ms',
  'async_insert_busy_timeout_min_ms', 'async_insert_max_data_size', 'async_insert_deduplicate',
]); // prettier-ignore

export function readOptions(request: IncomingMessage): RequestOptions {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  refuseUnsupported(url);
  return {
    queryFromUrl: url.get('query') ?? '',
    queryId: url.get('query_id') || randomUUID(),
    database: url.get('database') ?? header(request, 'x-clickhouse-database'),
    defaultFormat: url.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated',
    settings: engineSettings(url),
    params: new Map([...url].flatMap(([key, value]) => (key.startsWith('param_') ? [[key.slice(6), value]] : []))),
    waitEndOfQuery: url.get('wait_end_of_query') === '1',
    packing:
      url.get('enable_http_compression') === '1' ? packingOf(header(request, 'accept-encoding') ?? '') : undefined,
  };
}

function packingOf(accepted: string): Packing | undefined {
  return (['gzip', 'zstd'] as const).find((packing) => accepted.includes(packing));
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function engineSettings(url: URLSearchParams): Map<string, string> {
  const settings = new Map([...url].filter(([key]) => !key.startsWith('param_') && !NOT_ENGINE_SETTINGS.has(key)));
  const level = url.get('http_zlib_compression_level');
  return level === null ? settings : settings.set('output_format_compression_level', level);
}

function refuseUnsupported(url: URLSearchParams): void {
  for (const name of ['compress', 'decompress', 'session_id']) {
    const value = url.get(name);
    if (value !== null && value !== '0' && value !== '') {
      throw new EngineError(
        48,
        `The embedded ClickHouse does not support the URL parameter ${name}`,
        'NOT_IMPLEMENTED',
      );
    }
  }
}
