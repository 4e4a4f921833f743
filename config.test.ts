import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, envSchema, loadConfig, type ConfigProblem } from './config.ts';
import { ENV_EXAMPLE_FILE, renderEnvExample } from './scripts/env-example.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const MINIMAL = {
  DATABASE_URL: 'postgres://user:pg-password@db:5432/sluice?password=query-password',
  CLICKHOUSE_URL: 'http://clickhouse:8123',
  TEMPORAL_ADDRESS: 'temporal:7233',
  SLUICE_ENCRYPTION_KEY: KEY,
};

function problemsOf(env: Record<string, string>): readonly ConfigProblem[] {
  try {
    loadConfig({ ...MINIMAL, ...env });
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
}

describe('loadConfig', () => {
  test('needs four variables and has a default for every other', () => {
    const config = loadConfig(MINIMAL);
    expect([config.encryptionKey, config.oldEncryptionKeys]).toEqual([Buffer.alloc(32, 7), []]);
    expect(config.retention).toEqual({ attemptsDays: 30, logsDays: 30, rejectedDays: 90 });
    expect(config.server).toEqual({ host: '127.0.0.1', port: 8080, trustProxy: [] });
    expect(config.temporal).toEqual({ address: 'temporal:7233', namespace: 'default', tls: false, retentionDays: 30 });
    expect(config.worker.queues).toEqual(['workflows', 'exports', 'backfills', 'deliveries', 'retries']);
    expect(config.worker).toMatchObject({
      visibilityBoundMs: 60_000,
      openRetriesCap: 1_000,
      leaseMs: 60_000,
      pollMs: 200,
      idlePollMs: 2_000,
      breakerMinFailingMs: 60_000,
    });
    expect(config.capture.insertTimeoutMs).toBeLessThan(config.worker.visibilityBoundMs);
    expect(config.net.allowedCidrs).toEqual([]);
  });

  test('reads numbers, flags and lists', () => {
    const config = loadConfig({
      ...MINIMAL,
      SLUICE_PORT: '0',
      TEMPORAL_TLS: '1',
      SLUICE_QUEUES: 'exports, retries,',
      SLUICE_ALLOWED_CIDRS: '127.0.0.0/8,::1/128',
      SLUICE_OLD_ENCRYPTION_KEYS: `${KEY}, ${KEY}`,
    });
    expect(config.oldEncryptionKeys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)]);
    expect(config.server.port).toBe(0);
    expect(config.temporal.tls).toBe(true);
    expect(config.worker.queues).toEqual(['exports', 'retries']);
    expect(config.net.allowedCidrs).toEqual(['127.0.0.0/8', '::1/128']);
  });

  test('takes an empty value for an unset one', () => {
    expect(loadConfig({ ...MINIMAL, SLUICE_PORT: '', CLICKHOUSE_PASSWORD: ' ' })).toEqual(loadConfig(MINIMAL));
  });

  test('reads traces by OpenTelemetry’s variables, and has none without an endpoint', () => {
    const token = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db,x-team=1' };
    expect(loadConfig({ ...MINIMAL, ...token }).tracing).toBeUndefined();
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', ...token };
    const sampling = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.25' };
    const { tracing } = loadConfig({ ...MINIMAL, ...settings, ...sampling, OTEL_RESOURCE_ATTRIBUTES: 'region=eu' });
    expect(tracing).toEqual({
      ...{ endpoint: 'http://collector:4318', serviceName: undefined, resource: { region: 'eu' } },
      ...{ headers: { authorization: 'Bearer a=b', 'x-team': '1' }, sampler: 'traceidratio', ratio: 0.25 },
    });
  });

  test('names every missing variable at once', () => {
    expect(() => loadConfig({})).toThrow(ConfigError);
    const missing = Object.keys(MINIMAL).map((variable) => ({ variable, problem: 'is required' }));
    const nothing = Object.fromEntries(Object.keys(MINIMAL).map((variable) => [variable, '']));
    expect(problemsOf(nothing)).toEqual(missing);
  });

  test.each([
    ['DATABASE_URL', 'mysql://db/x', 'postgres://'],
    ['CLICKHOUSE_URL', 'clickhouse:9000', 'http://'],
    ['CLICKHOUSE_DATABASE', 'a-b', 'letters, digits'],
    ['CLICKHOUSE_CLUSTER', "a' SETTINGS x", 'letters, digits'],
    ['TEMPORAL_ADDRESS', 'http://temporal:7233', 'host:port'],
    ['TEMPORAL_TLS', 'yes', 'true or false'],
    ['SLUICE_ENCRYPTION_KEY', KEY.slice(4), 'openssl rand -base64 32'],
    ['SLUICE_OLD_ENCRYPTION_KEYS', `${KEY},x`, 'openssl rand -base64 32'],
    ['SLUICE_PORT', '65536', 'from 0 to 65535'],
    ['SLUICE_PORT', '80.5', 'whole number'],
    ['SLUICE_DELIVERY_SHARDS', '0', 'from 1'],
    ['SLUICE_ALLOWED_CIDRS', '10.0.0.1', 'networks such as'],
    ['SLUICE_ALLOWED_CIDRS', '10.0.0.0/33', 'networks such as'],
    ['SLUICE_QUEUES', 'exports,imports', 'out of workflows, exports'],
    ['SLUICE_QUEUES', ',', 'name a queue'],
    ['SLUICE_LOG_LEVEL', 'loud', 'one of trace'],
    ['SLUICE_FILE_EXPORT_ROOTS', '/srv,relative', 'absolute paths'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317', 'http://'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'token', 'name=value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'token=%zz', 'percent-encoded'],
    ['OTEL_TRACES_SAMPLER', 'xray', 'one of always_on'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'from 0 to 1'],
  ])('%s=%s is refused with what it must be', (variable, value, remedy) => {
    const problems = problemsOf({ [variable]: value });
    expect(problems).toEqual([{ variable, problem: expect.stringContaining(remedy) }]);
  });

  test.each([
    [{ SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '60000' }, 'SLUICE_CAPTURE_INSERT_TIMEOUT_MS'],
    [
      { SLUICE_CAPTURE_MAX_BATCH_EVENTS: '11', SLUICE_CAPTURE_MAX_QUEUED_EVENTS: '10' },
      'SLUICE_CAPTURE_MAX_BATCH_EVENTS',
    ],
    [{ SLUICE_METRICS_PORT: '8080' }, 'SLUICE_METRICS_PORT'],
  ])('%j do not fit together', (env, variable) => {
    expect(problemsOf(env).map((problem) => problem.variable)).toEqual([variable]);
  });

  test('wrong fields do not hide what does not fit together', () => {
    const problems = problemsOf({ SLUICE_PORT: 'x', SLUICE_VISIBILITY_BOUND_MS: '1000' });
    expect(problems.map((problem) => problem.variable)).toEqual(['SLUICE_PORT', 'SLUICE_CAPTURE_INSERT_TIMEOUT_MS']);
  });

  test('never repeats a value in its error', () => {
    expect(() => loadConfig({ ...MINIMAL, SLUICE_ENCRYPTION_KEY: 'top-secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('top-secret') }),
    );
  });
});

describe('.env.example', () => {
  test('is what the schema renders: if not, run `npm run env-example`', () => {
    expect(readFileSync(ENV_EXAMPLE_FILE, 'utf8')).toBe(renderEnvExample());
  });

  test('describes every variable', () => {
    for (const field of Object.values(envSchema.shape)) {
      expect(field.meta()).toMatchObject({
        section: expect.stringMatching(/./),
        description: expect.stringMatching(/./),
      });
    }
  });

  test('can be loaded once the key is filled in, with the defaults it shows', () => {
    const assignments = [...renderEnvExample().matchAll(/^(# )?([A-Z0-9_]+)=(.*)$/gm)];
    const required = Object.fromEntries(assignments.flatMap(([, off, name, value]) => (off ? [] : [[name, value]])));
    const all = Object.fromEntries(assignments.map(([, , name, value]) => [name, value]));
    expect(Object.keys(required)).toEqual(Object.keys(MINIMAL));
    const config = loadConfig({ ...required, SLUICE_ENCRYPTION_KEY: KEY });
    expect(loadConfig({ ...all, SLUICE_ENCRYPTION_KEY: KEY }).worker).toEqual(config.worker);
  });
});
