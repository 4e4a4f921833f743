import { TABLE_FORMAT } from '../../core/formats.ts';
import type { GuardedClient } from '../../net/guarded-client.ts';
import type { Destination, SessionContext } from '../contract.ts';
import { checkHttp } from './check.ts';
import { type HttpConfig, httpConfigSchema } from './config.ts';
import { modelUnsupported } from './errors.ts';
import type { ColumnPreview, Preview } from '../../core/preview.ts';
import { untouched } from '../file-encoding.ts';
import { encodingOf, HttpSession } from './session.ts';

export interface HttpOptions {
  /** Stays the caller's: it is closed with the process, not with a session. */
  client: GuardedClient;
  /** First pause before a batch is sent again. Default 1 s, doubled each time. */
  retryDelayMs?: number;
}

export function createHttpDestination({ client, retryDelayMs = 1_000 }: HttpOptions): Destination<HttpConfig> {
  return {
    kind: 'http',
    title: 'HTTP',
    summary: 'Batches of rows to a PostHog-compatible capture endpoint or to any URL.',
    guarantee: 'at_least_once',
    modes: ['append'],
    supplements: true,
    configSchema: httpConfigSchema,
    secretFields: ['apiKey', 'token', 'password', 'headers'],
    formats: [TABLE_FORMAT],
    check: (config, signal) => checkHttp(client, config, signal),
    preview: (config, context) => {
      requireEvents(config, context);
      return Promise.resolve(previewHttp(config, context));
    },
    open: (config, context) => {
      requireEvents(config, context);
      return Promise.resolve(new HttpSession({ client, config, context, retryDelayMs }));
    },
  };
}

function previewHttp(config: HttpConfig, context: SessionContext): Preview {
  const taken = (name: string): boolean => config.shape !== 'posthog' || EVENT_PARTS.includes(name);
  const columns = context.columns.map((column): ColumnPreview =>
    taken(column.name) ? untouched(column) : { column, verdict: 'left_out', changes: [], setAside: [] },
  );
  return { encoding: encodingOf(config, context), columns, problems: [] };
}

/** What an event of the capture API is made of. */
const EVENT_PARTS = ['uuid', 'event', 'distinct_id', 'timestamp', 'properties'];

function requireEvents({ shape }: HttpConfig, { model, columns }: SessionContext): void {
  const missing = EVENT_PARTS.find((part) => !columns.some(({ name }) => name === part));
  if (shape === 'posthog' && missing !== undefined) {
    throw modelUnsupported(model, missing);
  }
}
