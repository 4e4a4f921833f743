import { describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/**
 * docker-compose.yml cannot be started where these tests run, so it is held against what can be checked: the official
 * Compose schema (as the npm package dclint ships it), the variables that config.ts knows, and the rules below.
 */

interface Service {
  image?: string;
  build?: unknown;
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  env_file?: { path: string; required: boolean }[];
  networks?: string[];
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

interface ComposeFile {
  services: Record<string, Service>;
  networks: Record<string, { ipam?: { config: { subnet: string }[] } }>;
  volumes: Record<string, unknown>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const readText = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const composeText = readText('docker-compose.yml');
const parseCompose = (text: string): ComposeFile => parse(text, { merge: true }) as ComposeFile;
const compose = parseCompose(composeText);
const services = Object.entries(compose.services);
const ownServices = services.filter(([, service]) => service.build !== undefined);

/** Exits by itself when its work is done, so it has no health to check. */
const isOneShot = (service: Service): boolean => service.restart === 'on-failure';

function composeSchema(): ValidateFunction {
  const manifest = createRequire(import.meta.url).resolve('dclint/package.json');
  const schema = JSON.parse(readFileSync(path.join(path.dirname(manifest), 'schemas/compose.schema.json'), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Formats of the specification that are Compose's own.
  ['duration', 'ports', 'expose', 'subnet_ip_address'].forEach((name) => ajv.addFormat(name, true));
  return ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
}

/** Variables that config.ts reads, from its own `.env.example`, which a test keeps in step with the schema. */
function knownVariables(): Set<string> {
  const assignments = readText('.env.example').matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm);
  return new Set([...assignments].map((match) => match[1]!));
}

describe('docker-compose.yml', () => {
  const validate = composeSchema();

  test('conforms to the Compose specification', () => {
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('a misspelt key would be found', () => {
    expect(validate(parseCompose(composeText.replace('healthcheck:', 'healthchek:')))).toBe(false);
  });

  test('starts every part of the system', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'clickhouse',
      'grafana',
      'minio',
      'minio-bucket',
      'postgres',
      'prometheus',
      'server',
      'setup',
      'temporal',
      'temporal-postgres',
      'temporal-ui',
      'worker',
    ]);
    expect(ownServices.map(([name]) => name).sort()).toEqual(['server', 'setup', 'worker']);
  });

  test.each(ownServices)('%s: every variable is one that the config knows', (_name, service) => {
    const known = knownVariables();
    expect(known.size).toBeGreaterThan(5);
    expect(Object.keys(service.environment ?? {}).filter((variable) => !known.has(variable))).toEqual([]);
  });

  test('what else .env sets reaches the processes too', () => {
    expect(new Set(ownServices.map(([, { env_file: files }]) => JSON.stringify(files)))).toEqual(
      new Set([JSON.stringify([{ path: '.env', required: false }])]),
    );
  });

  test('exports may call the bucket, whose network is private, and none of the databases', () => {
    const { networks } = compose;
    const subnets = networks['objects']?.ipam?.config.map(({ subnet }) => subnet) ?? [];
    for (const [, { environment = {} }] of ownServices) {
      expect(environment['SLUICE_ALLOWED_CIDRS']).toBe(`\${SLUICE_ALLOWED_CIDRS:-${subnets.join()}}`);
    }
    const inside = services.filter(([, service]) => service.networks?.includes('objects')).map(([name]) => name);
    expect(inside.toSorted()).toEqual(['minio', 'minio-bucket', 'server', 'worker']);
  });

  test.each(services)('%s: the image is pinned to a version', (_name, service) => {
    expect(service.image).toMatch(/^[a-z0-9./-]+:[A-Za-z0-9._-]+$/);
    expect(service.image).not.toMatch(/:latest$/);
  });

  test.each(services)('%s: ports are published on loopback only', (_name, service) => {
    expect((service.ports ?? []).filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  test('no two services publish the same port', () => {
    const published = services.flatMap(([, service]) => service.ports ?? []).map((port) => port.split(':')[1]);
    expect(new Set(published).size).toBe(published.length);
  });

  test.each(services.filter(([, service]) => !isOneShot(service)))('%s: has a health check', (_name, service) => {
    expect(service.healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
  });

  test.each(services)('%s: waits for health, or for an end, of services that are there', (_name, service) => {
    for (const [target, { condition }] of Object.entries(service.depends_on ?? {})) {
      const dependency = compose.services[target];
      expect(dependency).toBeDefined();
      expect(condition).toBe(isOneShot(dependency!) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test('named volumes are declared, and files that are mounted exist', () => {
    const sources = services.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(':')[0]!);
    const named = sources.filter((source) => !source.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    const missing = sources.filter((source) => source.startsWith('.') && !existsSync(path.join(ROOT, source)));
    expect(missing).toEqual([]);
  });

  test('the key that encrypts secrets has no default', () => {
    expect(composeText).toMatch(/SLUICE_ENCRYPTION_KEY: \$\{SLUICE_ENCRYPTION_KEY:\?/);
  });

  test('Prometheus scrapes services and ports that exist', () => {
    const { scrape_configs: jobs } = parse(readText('ops/prometheus.yml'));
    const targets: string[] = jobs.flatMap((job: { static_configs: { targets: string[] }[] }) =>
      job.static_configs.flatMap((config) => config.targets),
    );
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) {
      const [service, port] = target.split(':');
      expect(JSON.stringify(compose.services[service!])).toContain(port!);
    }
  });
});

describe('Dockerfile', () => {
  const lines = readText('Dockerfile').split('\n');

  test('builds from pinned official Node images of the version that .nvmrc names', () => {
    const images = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
    expect(new Set(images)).toEqual(
      new Set([expect.stringMatching(`^node:${readText('.nvmrc').trim()}\\.\\d+-bookworm-slim$`)]),
    );
  });

  test('does not run as root, and says so by number, as runAsNonRoot of Kubernetes asks for', () => {
    const instructions = lines.filter((line) => /^[A-Z]+ /.test(line));
    expect(instructions.slice(-3).map((line) => line.split(' ')[0])).toEqual(['USER', 'ENTRYPOINT', 'CMD']);
    expect(lines).toContain('USER 1000:1000');
  });

  test('bakes no secret in', () => {
    expect(lines.filter((line) => /^(ENV|ARG) .*(KEY|PASSWORD|SECRET|TOKEN|URL)/.test(line))).toEqual([]);
    expect(readText('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env', '.git', '.sluice']));
  });
});
