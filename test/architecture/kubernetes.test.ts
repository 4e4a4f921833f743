import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { envSchema } from '../../config.ts';
import { TASK_QUEUES } from '../../core/ids.ts';

/** The Kustomize base, as far as it can be checked without a cluster. */
const FOLDER = fileURLToPath(new URL('../../ops/kubernetes', import.meta.url));
const read = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8');
interface Container {
  ports: { name: string }[];
  env: { name: string; value: string }[];
  livenessProbe: { httpGet: { path: string; port: string } };
  readinessProbe: { httpGet: { path: string; port: string } };
  securityContext: { runAsNonRoot: boolean; runAsUser: number };
}

/** The fields that are looked at, of whichever kind has them. */
interface KubernetesObject {
  apiVersion?: string;
  kind: string;
  metadata: { name: string };
  spec: {
    selector: { app?: string; matchLabels: { app: string } };
    scaleTargetRef: { name: string };
    template: {
      metadata: { labels: { app: string }; annotations: Record<string, string> };
      spec: { terminationGracePeriodSeconds: number; containers: [Container] };
    };
  };
}

const { resources } = parse(read('kustomization.yml')) as { resources: string[] };
const objects = resources.flatMap((file) =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as KubernetesObject),
);
const ofKind = (kind: string): KubernetesObject[] => objects.filter((object) => object.kind === kind);
const deployments = ofKind('Deployment');
const containerOf = (deployment: KubernetesObject): Container => deployment.spec.template.spec.containers[0];
const variable = (deployment: KubernetesObject, name: string): string | undefined =>
  containerOf(deployment).env.find((entry) => entry.name === name)?.value;

test('every file is a resource, and every object has a name and a version', () => {
  const files = readdirSync(FOLDER).filter((file) => file !== 'kustomization.yml');
  expect(files.toSorted()).toEqual(resources.toSorted());
  expect(objects.filter(({ apiVersion, metadata }) => !apiVersion || !metadata.name)).toEqual([]);
});

test('the workers together serve every queue once', () => {
  const served = deployments.flatMap((deployment) => variable(deployment, 'SLUICE_QUEUES')?.split(',') ?? []);
  expect(served.toSorted()).toEqual(Object.keys(TASK_QUEUES).toSorted());
});

test('no container runs as root, and its user is a number, without which Kubernetes refuses it', () => {
  const dockerfile = readFileSync(path.join(FOLDER, '../../Dockerfile'), 'utf8');
  const user = Number(/^USER (\d+):\d+$/m.exec(dockerfile)?.[1]);
  const started = [...deployments, ...ofKind('Job')].map((object) => containerOf(object).securityContext);
  expect(started.length).toBeGreaterThan(4);
  expect(new Set(started.map(({ runAsUser }) => runAsUser))).toEqual(new Set([user]));
  expect(started.every(({ runAsNonRoot }) => runAsNonRoot)).toBe(true);
});

test('jobs of Prometheus get the names that alerts look for', () => {
  const { scrape_configs: configs } = parse(read('../prometheus-kubernetes.yml')) as {
    scrape_configs: { relabel_configs: { source_labels: string[]; target_label?: string; replacement?: string }[] }[];
  };
  const relabelled = configs.flatMap((config) => config.relabel_configs);
  expect(relabelled).toContainEqual(expect.objectContaining({ target_label: 'job', replacement: 'sluice-$1' }));
  for (const deployment of deployments) {
    expect(`sluice-${deployment.spec.template.metadata.labels.app}`).toMatch(/^sluice-(server|worker)/);
    expect(containerOf(deployment).ports.map(({ name }) => name)).toContain('metrics');
  }
});

test('budgets, scalers and services refer to deployments that are there', () => {
  const names: (string | undefined)[] = deployments.map(({ metadata }) => metadata.name);
  const referred = [
    ...ofKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels.app),
    ...ofKind('HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name),
    ...ofKind('Service').map(({ spec }) => spec.selector.app),
  ];
  expect(referred.length).toBeGreaterThan(5);
  expect(referred.filter((name) => !names.includes(name))).toEqual([]);
});

describe('deployments', () => {
  test.each(deployments.map((deployment) => ({ name: deployment.metadata.name, deployment })))(
    '$name can be probed, scraped and stopped in peace, with variables that the config knows',
    ({ deployment }) => {
      const { spec } = deployment.spec.template;
      const container = containerOf(deployment);
      const ports = container.ports.map(({ name }) => name);
      expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
      expect(ports).toContain(container.livenessProbe.httpGet.port);
      expect(ports).toContain(container.readinessProbe.httpGet.port);
      expect(container.readinessProbe.httpGet.path).toBe('/readyz');
      // Asks nobody: a scrape takes long when Postgres or ClickHouse is away, and no restart brings them back.
      expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'metrics' });
      expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
        envSchema.shape.SLUICE_SHUTDOWN_GRACE_MS.parse(undefined),
      );
      for (const { name, value } of container.env) {
        expect(envSchema.shape[name as keyof typeof envSchema.shape].safeParse(value).success).toBe(true);
      }
      expect(deployment.spec.template.metadata.annotations['prometheus.io/port']).toBe(
        variable(deployment, 'SLUICE_METRICS_PORT'),
      );
    },
  );
});
