import { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-fields.ts';
import { cidrs, encryptionKey, encryptionKeys, flag, folders, info, integer, PORT } from './config-fields.ts';
import { QUEUE_NAMES, queues, retentionFields, retentionOf, url } from './config-fields.ts';
import { parseDownloadPlace } from './core/download-place.ts';

/**
 * The environment, parsed once by the composition roots. Every variable is here with its unit in the name, its default
 * and its description; `.env.example` is generated from this (`npm run env-example`).
 */

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const SERVERS = 'Servers. `sluice dev` and `npm run demo` start their own in place of those that are not set';
const HTTP = 'Server: REST API and capture';
const ACCESS = 'Sign-in';
const CAPTURE = 'Capture';
const DELIVERY = 'Webhooks';
const WORKER = 'Worker';
const DESTINATIONS = 'Batch destinations';
const FILES = 'Folders';
const COMMANDS = 'Commands that ask the API, such as `sluice runs`';
const DEV = 'Embedded servers of `sluice dev` and `npm run demo`. Ports are free ones unless they are set';

export const envSchema = z.object({
  DATABASE_URL: url(['postgres:', 'postgresql:']).meta(
    info(SERVERS, 'PostgreSQL 15 or newer: the control plane.', 'postgres://sluice:password@127.0.0.1:5432/sluice'),
  ),
  SLUICE_DATABASE_MAX_CONNECTIONS: integer({ min: 2, max: 1_000 })
    .default(10)
    .meta(info(SERVERS, 'Connections to PostgreSQL per process; listening for changes takes one more.')),
  CLICKHOUSE_URL: url(['http:', 'https:']).meta(
    info(SERVERS, 'HTTP interface of ClickHouse: the events.', 'http://127.0.0.1:8123'),
  ),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_]\w{0,62}$/, 'must be letters, digits and underscores')
    .default('sluice')
    .meta(info(SERVERS, 'Database in ClickHouse; setup creates it.')),
  CLICKHOUSE_USERNAME: z.string().optional().meta(info(SERVERS, 'User of ClickHouse; unset: its default user.')),
  CLICKHOUSE_PASSWORD: z.string().optional().meta(info(SERVERS, 'Password of that user.')),
  SLUICE_SMTP_URL: url(['smtp:', 'smtps:'])
    .optional()
    .meta(info(SERVERS, 'Mail server for notifications; unset: none by e-mail.', 'smtps://user:password@mail:465')),
  SLUICE_SMTP_FROM: z.string().default('sluice@localhost').meta(info(SERVERS, 'Sender of these mails.')),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port, without a protocol')
    .meta(info(SERVERS, "Temporal's front end, host:port.", '127.0.0.1:7233')),
  TEMPORAL_NAMESPACE: z.string().default('default').meta(info(SERVERS, 'Namespace in Temporal.')),
  TEMPORAL_API_KEY: z.string().optional().meta(info(SERVERS, 'API key for Temporal Cloud; implies TLS.')),
  TEMPORAL_TLS: flag.default(false).meta(info(SERVERS, 'Connect to Temporal with TLS.')),
  TEMPORAL_UI_URL: url(['http:', 'https:'])
    .optional()
    .meta(info(SERVERS, "Temporal's own UI, for links in the console.", 'http://127.0.0.1:8233')),
  TEMPORAL_RETENTION_DAYS: integer({ min: 1, max: 3_650 })
    .default(30)
    .meta(info(SERVERS, 'How long closed workflows stay readable; set by setup.')),

  ...retentionFields,

  SLUICE_ENCRYPTION_KEY: encryptionKey.meta(
    info(
      'Secrets',
      'Seals the credentials of destinations; 32 bytes in base64 (openssl rand -base64 32). Keep it: without it they cannot be read.',
      '',
    ),
  ),
  SLUICE_OLD_ENCRYPTION_KEYS: encryptionKeys
    .default([])
    .meta(
      info('Secrets', 'Further keys, comma-separated, that open what they have sealed: docs/deploy has the rotation.'),
    ),

  SLUICE_HOST: z.string().default('127.0.0.1').meta(info(HTTP, 'Address the server listens on.')),
  SLUICE_PORT: integer(PORT).default(8_080).meta(info(HTTP, 'Port of API and capture; 0 takes a free one.')),
  SLUICE_PUBLIC_URL: url(['http:', 'https:'])
    .optional()
    .meta(
      info(
        HTTP,
        'Address under which people reach the server, where a proxy is in front of it: for links and cookies; unset: as each request says.',
        'https://sluice.example.com',
      ),
    ),
  SLUICE_TRUSTED_PROXIES: cidrs
    .default([])
    .meta(info(HTTP, 'Networks of proxies whose X-Forwarded-For and -Proto are believed; unset: nobody is.')),
  SLUICE_API_REQUESTS_PER_MINUTE: integer({ min: 0, max: 1_000_000 })
    .default(3_000)
    .meta(info(HTTP, 'Requests to the API that a key or a user may make to one server process; 0: any number.')),
  SLUICE_OIDC_ISSUER: url(['http:', 'https:'])
    .optional()
    .meta(info(ACCESS, 'OpenID provider that people sign in with; unset: passwords only.', 'https://id.example.com')),
  SLUICE_OIDC_CLIENT_ID: z
    .string()
    .optional()
    .meta(info(ACCESS, 'Client that the provider knows Sluice as.', 'sluice')),
  SLUICE_OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .meta(info(ACCESS, 'Secret of this client.', 'secret')),
  SLUICE_OIDC_NAME: z.string().default('single sign-on').meta(info(ACCESS, 'What the console calls the provider.')),
  SLUICE_METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .meta(info(HTTP, 'Address on which server and worker show Prometheus metrics.')),
  SLUICE_METRICS_PORT: integer(PORT)
    .optional()
    .meta(info(HTTP, 'Port of the metrics, one per process; 0 takes a free one, unset: no metrics.', '9464')),
  SLUICE_LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .meta(info(HTTP, `One of ${LOG_LEVELS.join(', ')}.`)),

  SLUICE_VISIBILITY_BOUND_MS: integer({ min: 100, max: 3_600_000 })
    .default(60_000)
    .meta(
      info(
        CAPTURE,
        'How long after its ingestion time an event may become visible: exports wait this long after an interval, deliveries re-read it.',
      ),
    ),
  SLUICE_CAPTURE_INSERT_TIMEOUT_MS: integer({ min: 50, max: 3_600_000 })
    .default(30_000)
    .meta(info(CAPTURE, 'Time limit of one insert; must be below SLUICE_VISIBILITY_BOUND_MS.')),
  SLUICE_CAPTURE_MAX_BATCH_EVENTS: integer({ min: 1, max: 1_000_000 })
    .default(10_000)
    .meta(info(CAPTURE, 'Events in one insert at most.')),
  SLUICE_CAPTURE_MAX_BATCH_WAIT_MS: integer({ min: 0, max: 10_000 })
    .default(50)
    .meta(info(CAPTURE, 'How long the first event of an insert waits for others.')),
  SLUICE_CAPTURE_MAX_QUEUED_EVENTS: integer({ min: 1 })
    .default(100_000)
    .meta(info(CAPTURE, 'Events waiting for an insert; beyond it capture answers 503 with Retry-After.')),
  SLUICE_CAPTURE_MAX_BODY_BYTES: integer({ min: 1_024, max: 1_073_741_824 })
    .default(20_971_520)
    .meta(info(CAPTURE, 'Size of one request, after decompression.')),
  SLUICE_CAPTURE_MAX_EVENT_BYTES: integer({ min: 1_024, max: 104_857_600 })
    .default(1_048_576)
    .meta(info(CAPTURE, 'Size of one event.')),

  SLUICE_DELIVERY_SHARDS: integer({ min: 1, max: 1_024 })
    .default(8)
    .meta(info(DELIVERY, 'Parts into which webhooks are divided. Fixed for the life of a deployment.')),
  SLUICE_DELIVERY_POLL_MS: integer({ min: 10, max: 60_000 })
    .default(200)
    .meta(info(DELIVERY, 'How often a shard asks ClickHouse for new events while they come.')),
  SLUICE_DELIVERY_IDLE_POLL_MS: integer({ min: 10, max: 60_000 })
    .default(2_000)
    .meta(info(DELIVERY, 'While none come. Capture tells of events; lower it when they are inserted past it.')),
  SLUICE_DELIVERY_REPORT_EVERY_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(300_000)
    .meta(info(DELIVERY, 'How often traffic is reported to the workflow of each webhook.')),
  SLUICE_OPEN_RETRIES_CAP: integer({ min: 0, max: 100_000 })
    .default(1_000)
    .meta(info(DELIVERY, 'Retry workflows per webhook; beyond it failed events are parked in the attempt log.')),
  SLUICE_BREAKER_MIN_FAILING_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .meta(
      info(
        DELIVERY,
        'How long an endpoint must fail without a success before it is paused; the rate is taken over twice this.',
      ),
    ),
  SLUICE_ALLOWED_CIDRS: cidrs
    .default([])
    .meta(
      info(DELIVERY, 'Private networks that webhooks and destinations may reach; by default public addresses only.'),
    ),
  SLUICE_EGRESS_PROXY_URL: url(['http:', 'https:'])
    .optional()
    .meta(
      info(
        DELIVERY,
        'HTTP proxy for webhooks, notifications, token endpoints and the HTTP destination, which go through it by CONNECT; unset: directly.',
        'http://user:password@proxy:3128',
      ),
    ),
  SLUICE_WEBHOOKS_REQUIRE_HTTPS: flag.default(false).meta(info(DELIVERY, 'Refuse webhook URLs with http://.')),

  SLUICE_QUEUES: queues
    .default(QUEUE_NAMES)
    .meta(info(WORKER, `Task queues that a worker serves, out of ${QUEUE_NAMES.join(', ')}.`)),
  SLUICE_EXPORT_CONCURRENCY: integer({ min: 1, max: 1_000 })
    .default(8)
    .meta(info(WORKER, 'Export activities at the same time per worker.')),
  SLUICE_BACKFILL_CONCURRENCY: integer({ min: 1, max: 1_000 })
    .default(2)
    .meta(info(WORKER, 'Chunks of backfills that load at the same time per worker; fewer while live work is late.')),
  SLUICE_GAP_SETTLE_MS: integer({ min: 0, max: 86_400_000 })
    .default(600_000)
    .meta(
      info(WORKER, "How long after an export interval's end the gap detector waits for Temporal to start its run."),
    ),
  SLUICE_CHUNK_CONCURRENCY: integer({ min: 1, max: 64 })
    .default(2)
    .meta(info(WORKER, 'Chunks of one run that load at the same time; each takes some 30 MB.')),
  SLUICE_EXPORT_LEASE_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .meta(info(WORKER, 'How long the interval of a run whose worker was killed stays taken; a quarter renews it.')),
  SLUICE_PAUSE_AFTER_FAILURES: integer({ min: 0, max: 1_000 })
    .default(5)
    .meta(
      info(WORKER, "Runs in a row that fail alike, by the customer's fault, before an export is paused; 0: never."),
    ),
  SLUICE_SHUTDOWN_GRACE_MS: integer({ min: 0, max: 600_000 })
    .default(35_000)
    .meta(
      info(WORKER, 'How long a stopping worker lets deliveries in flight finish; above the longest request (30 s).'),
    ),

  SLUICE_FILE_EXPORT_ROOTS: folders
    .default([])
    .meta(info(DESTINATIONS, 'Folders below which the file destination may write; unset: any.')),
  SLUICE_DOWNLOADS_URL: z
    .string()
    .refine((text) => parseDownloadPlace(text) !== undefined, 'must be file:///folder or s3://bucket/prefix')
    .optional()
    .meta(
      info(
        DESTINATIONS,
        'Where files of on-demand exports are kept to be downloaded; server and worker must both reach it: file:///folder, or s3://key:secret@bucket/prefix?region=…&endpoint=…; unset: no downloads.',
        'file:///var/lib/sluice/downloads',
      ),
    ),
  SLUICE_DOWNLOAD_HOURS: integer({ min: 1, max: 8_760 })
    .default(72)
    .meta(info(DESTINATIONS, 'How long after the end of an on-demand export its files can be downloaded.')),
  SLUICE_AWS_AMBIENT_CREDENTIALS: z
    .enum(['never', 'assume_role', 'direct'])
    .default('never')
    .meta(
      info(
        DESTINATIONS,
        "Whether destinations may use this process's own AWS identity: never, only to assume the role that a destination names, or directly.",
      ),
    ),
  SLUICE_API_URL: url(['http:', 'https:'])
    .default('http://127.0.0.1:8080')
    .meta(info(COMMANDS, 'Where the server listens.')),
  SLUICE_API_KEY: z
    .string()
    .optional()
    .meta(info(COMMANDS, 'Key of your team; `sluice setup --team NAME` prints one.', 'sk_…')),

  SLUICE_DATA_DIR: z.string().default('.sluice').meta(info(FILES, 'Data of the embedded servers.')),
  SLUICE_CACHE_DIR: z
    .string()
    .optional()
    .meta(info(FILES, 'Downloaded and built programs; unset: ~/.cache/sluice.', '/var/cache/sluice')),

  SLUICE_DEV_TEMPORAL_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'Temporal.', '7233')),
  SLUICE_DEV_TEMPORAL_UI_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, "Temporal's web UI.", '8233')),
  SLUICE_DEV_CLICKHOUSE_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'ClickHouse (HTTP).', '8123')),
  SLUICE_DEV_POSTGRES_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'PostgreSQL.', '5432')),
  SLUICE_DEV_S3_PORT: integer(PORT)
    .optional()
    .meta(info(DEV, 'S3 server.', '9000')),
  SLUICE_DEV_S3_ENDPOINT: url(['http:', 'https:'])
    .optional()
    .meta(info(DEV, 'An S3 endpoint that is there already: none is started.', 'http://127.0.0.1:9000')),
});

export type Env = z.output<typeof envSchema>;
export { ConfigError, type ConfigProblem };
export type Config = ReturnType<typeof nest>;

/** Parses the environment; empty values count as unset. Throws ConfigError, whose text holds no values. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const values: Partial<Env> = {};
  const problems: ConfigProblem[] = [];
  // One by one: an object schema stops before its cross-field checks when one field is wrong.
  for (const [variable, field] of Object.entries(envSchema.shape)) {
    const parsed = field.safeParse(given[variable]);
    if (parsed.success) {
      Object.assign(values, { [variable]: parsed.data });
    } else {
      const problem = given[variable] === undefined ? 'is required' : (parsed.error.issues[0]?.message ?? 'is invalid');
      problems.push({ variable, problem });
    }
  }
  problems.push(...crossFieldProblems(values));
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return nest(values as Env);
}

/** What the commands need that ask the API: nothing but its address and a key. Throws ConfigError. */
export function loadApiAccess(env: Readonly<Record<string, string | undefined>>): { url: string; key: string } {
  const url = envSchema.shape.SLUICE_API_URL.safeParse(env['SLUICE_API_URL'] || undefined);
  const key = env['SLUICE_API_KEY']?.trim();
  const problems = [
    ...(url.success ? [] : [{ variable: 'SLUICE_API_URL', problem: url.error.issues[0]?.message ?? 'is invalid' }]),
    ...(key ? [] : [{ variable: 'SLUICE_API_KEY', problem: 'is required' }]),
  ];
  if (!url.success || !key) {
    throw new ConfigError(problems);
  }
  return { url: url.data, key };
}

/** Variables by name, for files of `sluice apply` that refer to them. An empty one counts as unset. */
export function loadVariables(env: Readonly<Record<string, string | undefined>>): (name: string) => string | undefined {
  return (name) => env[name] || undefined;
}

/** Only pairs that are valid by themselves are compared. */
function crossFieldProblems(env: Partial<Env>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const atLeast = (value: number | undefined, limit: number | undefined): boolean =>
    value !== undefined && limit !== undefined && value >= limit;
  if (atLeast(env.SLUICE_CAPTURE_INSERT_TIMEOUT_MS, env.SLUICE_VISIBILITY_BOUND_MS)) {
    problems.push({
      variable: 'SLUICE_CAPTURE_INSERT_TIMEOUT_MS',
      problem: 'must be below SLUICE_VISIBILITY_BOUND_MS, or a slow insert would be missed',
    });
  }
  if (atLeast(env.SLUICE_CAPTURE_MAX_BATCH_EVENTS, (env.SLUICE_CAPTURE_MAX_QUEUED_EVENTS ?? NaN) + 1)) {
    problems.push({
      variable: 'SLUICE_CAPTURE_MAX_BATCH_EVENTS',
      problem: 'must not be above SLUICE_CAPTURE_MAX_QUEUED_EVENTS',
    });
  }
  for (const variable of ['SLUICE_OIDC_CLIENT_ID', 'SLUICE_OIDC_CLIENT_SECRET'] as const) {
    if (env.SLUICE_OIDC_ISSUER && !env[variable]) {
      problems.push({ variable, problem: 'is required with SLUICE_OIDC_ISSUER' });
    }
  }
  if (env.SLUICE_METRICS_PORT && env.SLUICE_METRICS_PORT === env.SLUICE_PORT) {
    problems.push({ variable: 'SLUICE_METRICS_PORT', problem: 'must differ from SLUICE_PORT' });
  }
  return problems;
}

type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Leaves out what is undefined, as exact optional properties ask for. */
function present<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>;
}

/** Without an issuer no OIDC; what else it needs is checked before. */
function accessOf(env: Env) {
  const { SLUICE_OIDC_ISSUER: issuer, SLUICE_OIDC_NAME: name } = env;
  const client = { clientId: env.SLUICE_OIDC_CLIENT_ID ?? '', clientSecret: env.SLUICE_OIDC_CLIENT_SECRET ?? '' };
  const oidc = issuer === undefined ? undefined : { issuer, name, ...client };
  const { SLUICE_API_REQUESTS_PER_MINUTE: requestsPerMinute, SLUICE_PUBLIC_URL: publicUrl } = env;
  return { requestsPerMinute, ...present({ publicUrl, oidc }) };
}

/** `Config` is what this returns. */
function nest(env: Env) {
  return {
    logLevel: env.SLUICE_LOG_LEVEL,
    encryptionKey: env.SLUICE_ENCRYPTION_KEY,
    oldEncryptionKeys: env.SLUICE_OLD_ENCRYPTION_KEYS,
    postgres: { url: env.DATABASE_URL, maxConnections: env.SLUICE_DATABASE_MAX_CONNECTIONS },
    clickhouse: {
      url: env.CLICKHOUSE_URL,
      database: env.CLICKHOUSE_DATABASE,
      ...present({ username: env.CLICKHOUSE_USERNAME, password: env.CLICKHOUSE_PASSWORD }),
    },
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      tls: env.TEMPORAL_TLS,
      retentionDays: env.TEMPORAL_RETENTION_DAYS,
      ...present({ apiKey: env.TEMPORAL_API_KEY, uiUrl: env.TEMPORAL_UI_URL }),
    },
    retention: retentionOf(env),
    server: { host: env.SLUICE_HOST, port: env.SLUICE_PORT, trustProxy: env.SLUICE_TRUSTED_PROXIES },
    access: accessOf(env),
    metrics: { host: env.SLUICE_METRICS_HOST, ...present({ port: env.SLUICE_METRICS_PORT }) },
    capture: {
      insertTimeoutMs: env.SLUICE_CAPTURE_INSERT_TIMEOUT_MS,
      maxBatchEvents: env.SLUICE_CAPTURE_MAX_BATCH_EVENTS,
      maxBatchWaitMs: env.SLUICE_CAPTURE_MAX_BATCH_WAIT_MS,
      maxQueuedEvents: env.SLUICE_CAPTURE_MAX_QUEUED_EVENTS,
      maxBodyBytes: env.SLUICE_CAPTURE_MAX_BODY_BYTES,
      maxEventBytes: env.SLUICE_CAPTURE_MAX_EVENT_BYTES,
    },
    delivery: { shards: env.SLUICE_DELIVERY_SHARDS },
    net: {
      allowedCidrs: env.SLUICE_ALLOWED_CIDRS,
      requireHttps: env.SLUICE_WEBHOOKS_REQUIRE_HTTPS,
      proxyUrl: env.SLUICE_EGRESS_PROXY_URL,
    },
    smtp: env.SLUICE_SMTP_URL === undefined ? undefined : { url: env.SLUICE_SMTP_URL, from: env.SLUICE_SMTP_FROM },
    worker: {
      queues: env.SLUICE_QUEUES,
      gapSettleMs: env.SLUICE_GAP_SETTLE_MS,
      visibilityBoundMs: env.SLUICE_VISIBILITY_BOUND_MS,
      ...{ pollMs: env.SLUICE_DELIVERY_POLL_MS, idlePollMs: env.SLUICE_DELIVERY_IDLE_POLL_MS },
      reportEveryMs: env.SLUICE_DELIVERY_REPORT_EVERY_MS,
      openRetriesCap: env.SLUICE_OPEN_RETRIES_CAP,
      breakerMinFailingMs: env.SLUICE_BREAKER_MIN_FAILING_MS,
      exportConcurrency: env.SLUICE_EXPORT_CONCURRENCY,
      backfillConcurrency: env.SLUICE_BACKFILL_CONCURRENCY,
      pauseAfterFailures: env.SLUICE_PAUSE_AFTER_FAILURES,
      chunkConcurrency: env.SLUICE_CHUNK_CONCURRENCY,
      leaseMs: env.SLUICE_EXPORT_LEASE_MS,
      drainMs: env.SLUICE_SHUTDOWN_GRACE_MS,
    },
    destinations: {
      fileRoots: env.SLUICE_FILE_EXPORT_ROOTS,
      awsAmbientCredentials: env.SLUICE_AWS_AMBIENT_CREDENTIALS,
      proxyUrl: env.SLUICE_EGRESS_PROXY_URL,
      ...present({ downloads: env.SLUICE_DOWNLOADS_URL }),
    },
    downloadTtlMs: env.SLUICE_DOWNLOAD_HOURS * 3_600_000,
    files: { dataDir: env.SLUICE_DATA_DIR, ...present({ cacheDir: env.SLUICE_CACHE_DIR }) },
    dev: present({
      temporalPort: env.SLUICE_DEV_TEMPORAL_PORT,
      temporalUiPort: env.SLUICE_DEV_TEMPORAL_UI_PORT,
      clickhousePort: env.SLUICE_DEV_CLICKHOUSE_PORT,
      postgresPort: env.SLUICE_DEV_POSTGRES_PORT,
      s3Port: env.SLUICE_DEV_S3_PORT,
      s3Endpoint: env.SLUICE_DEV_S3_ENDPOINT,
    }),
  };
}
