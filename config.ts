import { z } from 'zod';
import { captureFields } from './config/capture.ts';
import { connectionFields } from './config/connections.ts';
import { deliveryFields } from './config/delivery.ts';
import { retentionOf } from './config/retention.ts';
import { serverFields } from './config/server.ts';
import { toolFields } from './config/tools.ts';
import { tracingFields, tracingOf } from './config/tracing.ts';
import { ConfigError, type ConfigProblem } from './config/values.ts';
import { workerFields } from './config/worker.ts';

/**
 * The environment, parsed once by the composition roots. Every variable is in `config/`, with its unit in the name, its
 * default and its description; `.env.example` is generated from them in this order (`npm run env-example`).
 */
export const envSchema = z.object({
  ...connectionFields,
  ...serverFields,
  ...captureFields,
  ...deliveryFields,
  ...workerFields,
  ...tracingFields,
  ...toolFields,
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

function captureOf(env: Env) {
  return {
    insertTimeoutMs: env.SLUICE_CAPTURE_INSERT_TIMEOUT_MS,
    maxBatchEvents: env.SLUICE_CAPTURE_MAX_BATCH_EVENTS,
    maxBatchWaitMs: env.SLUICE_CAPTURE_MAX_BATCH_WAIT_MS,
    maxQueuedEvents: env.SLUICE_CAPTURE_MAX_QUEUED_EVENTS,
    maxBodyBytes: env.SLUICE_CAPTURE_MAX_BODY_BYTES,
    maxEventBytes: env.SLUICE_CAPTURE_MAX_EVENT_BYTES,
  };
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
      ...present({ cluster: env.CLICKHOUSE_CLUSTER }),
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
    tracing: tracingOf(env),
    capture: captureOf(env),
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
      deliveryShards: env.SLUICE_DELIVERY_SHARDS,
      pollMs: env.SLUICE_DELIVERY_POLL_MS,
      idlePollMs: env.SLUICE_DELIVERY_IDLE_POLL_MS,
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
