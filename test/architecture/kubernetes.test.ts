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
  metadata: { name: string; labels?: Record<string, string> };
  spec: {
    replicas?: number;
    selector: { app?: string; matchLabels: { app: string } };
    scaleTargetRef: { name: string };
    template: {
      metadata: { labels: { app: string }; annotations: Record<string, string> };
      spec: { terminationGracePeriodSeconds: number; containers: [Container] };
    };
  };
}

const { resources } = parse(read('kustomization.yml')) as { resources: string[] };
const objectsOf = (file: string): KubernetesObject[] =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as KubernetesObject);
const objects = resources.flatMap(objectsOf);
const ofKind = (kind: string): KubernetesObject[] => objects.filter((object) => object.kind === kind);
const deployments = ofKind('Deployment');
const containerOf = (deployment: KubernetesObject): Container => deployment.spec.template.spec.containers[0];
const variable = (deployment: KubernetesObject, name: string): string | undefined =>
  containerOf(deployment).env.find((entry) => entry.name === name)?.value;

test('every file is a resource, and every object has a name and a version', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yml') && file !== 'kustomization.yml');
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

test('how many pods there are is for autoscalers to say, one for each deployment', () => {
  expect(deployments.filter(({ spec }) => spec.replicas !== undefined)).toEqual([]);
  const scaled = ofKind('HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name);
  expect(scaled.toSorted()).toEqual(deployments.map(({ metadata }) => metadata.name).toSorted());
});

describe('a release is applied in steps', () => {
  const page = readFileSync(path.join(FOLDER, '../../docs/deploy/kubernetes.md'), 'utf8');
  const commands = /## Applying a release.+?```text\n(.+?)```/s.exec(page)?.[1]?.split('\n') ?? [];
  const LABEL = 'app.kubernetes.io/component';
  const steps = commands.flatMap((command) => /^kubectl apply -k deploy(?: -l (\S+)=(\S+))?$/.exec(command)?.[2] ?? []);

  test('setup, then workers, then servers, which start what workers have to know', () => {
    expect(commands.filter((command) => command.startsWith('kubectl apply'))).toEqual(
      steps.map((step) => `kubectl apply -k deploy -l ${LABEL}=${step}`),
    );
    expect(steps).toEqual(['setup', 'worker', 'server']);
  });

  test('every object is in one of them, those of the component for KEDA too', () => {
    const all = [...objects, ...objectsOf('keda/scalers.yml')];
    const missed = all.filter(({ metadata }) => !steps.includes(metadata.labels?.[LABEL] ?? ''));
    expect(missed).toEqual([]);
    const workers = deployments.filter((deployment) => variable(deployment, 'SLUICE_QUEUES') !== undefined);
    for (const { metadata } of deployments) {
      const isWorker = workers.some((worker) => worker.metadata.name === metadata.name);
      expect([metadata.name, metadata.labels?.[LABEL]]).toEqual([metadata.name, isWorker ? 'worker' : 'server']);
    }
  });

  test('the next step waits until each deployment of the one before is new', () => {
    const at = (text: string): number => commands.findIndex((command) => command.includes(text));
    for (const { metadata } of deployments) {
      const waits = at(`rollout status --timeout=15m deployment/${metadata.name}`);
      const applied = at(`${LABEL}=${metadata.labels?.[LABEL] ?? ''}`);
      const next = at(`${LABEL}=${steps[steps.indexOf(metadata.labels?.[LABEL] ?? '') + 1] ?? 'no more'}`);
      expect(waits).toBeGreaterThan(applied);
      expect(waits).toBeLessThan(next === -1 ? commands.length : next);
    }
    expect(at('wait --for=condition=complete')).toBeLessThan(at(`${LABEL}=worker`));
  });
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
