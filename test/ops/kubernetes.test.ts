import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { TASK_QUEUES } from '../../core/ids.ts';
import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';
import { metricsIn } from '../../ops/source/promql.ts';
import { goModule, kustomize } from './kustomize.ts';

/** What Kustomize makes of ops/kubernetes, and of the overlay of docs/deploy with the component for KEDA. */
jest.setTimeout(600_000);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEDA = { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0' };

interface Trigger {
  type: string;
  metricType?: string;
  metadata: Record<string, string>;
}

interface Built {
  kind: string;
  metadata: { name: string; namespace: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    scaleTargetRef: { name: string };
    minReplicaCount: number;
    advanced: { horizontalPodAutoscalerConfig: { name: string } };
    minReplicas: number;
    triggers: Trigger[];
    template: { spec: { containers: { image: string; env?: { name: string; value: string }[] }[] } };
  };
}

let base: Built[];
let built: Built[];
let folder: string;
const ofKind = (objects: readonly Built[], kind: string): Built[] => objects.filter((object) => object.kind === kind);

beforeAll(async () => {
  base = await kustomize<Built>(path.join(ROOT, 'ops/kubernetes'));
  // As a user has it: an overlay beside a checkout.
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-overlay-'));
  await cp(path.join(ROOT, 'ops/kubernetes'), path.join(folder, 'ops/kubernetes'), { recursive: true });
  await mkdir(path.join(folder, 'deploy'));
  const page = await readFile(path.join(ROOT, 'docs/deploy/kubernetes.md'), 'utf8');
  const overlay = /```yaml\n(apiVersion: kustomize.+?)```/s.exec(page)?.[1] ?? '';
  await writeFile(path.join(folder, 'deploy/kustomization.yml'), overlay);
  built = await kustomize<Built>(path.join(folder, 'deploy'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the base and the overlay are built, in one namespace, with the image that the overlay names', () => {
  expect(ofKind(base, 'Deployment')).toHaveLength(4);
  expect(new Set([...base, ...built].map(({ metadata }) => metadata.namespace))).toEqual(new Set(['sluice']));
  const images = (objects: readonly Built[]): Set<string | undefined> =>
    new Set(ofKind(objects, 'Deployment').map(({ spec }) => spec.template.spec.containers[0]?.image));
  expect(images(base)).toEqual(new Set(['sluice:local']));
  expect(images(built)).toEqual(new Set(['registry.example.com/sluice:0.2.0']));
});

describe('the component for KEDA', () => {
  const scalers = (): Built[] => ofKind(built, 'ScaledObject');

  test('takes the place of the autoscalers of workers, and of no other', () => {
    const autoscalers = ofKind(base, 'HorizontalPodAutoscaler');
    const replaced = autoscalers.filter(({ metadata }) => metadata.name.startsWith('worker'));
    expect(ofKind(built, 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual(['server']);
    expect(scalers().map(({ metadata }) => metadata.name)).toEqual(replaced.map(({ metadata }) => metadata.name));
    for (const { metadata, spec } of scalers()) {
      // The one in the cluster goes on under its name: two would fight.
      expect(metadata.annotations).toEqual({ 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' });
      expect(spec.advanced.horizontalPodAutoscalerConfig.name).toBe(metadata.name);
      const before = replaced.find((autoscaler) => autoscaler.metadata.name === metadata.name);
      expect([spec.scaleTargetRef.name, spec.minReplicaCount]).toEqual([metadata.name, before?.spec.minReplicas]);
      expect(spec.triggers).toContainEqual({ type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } });
    }
  });

  test('each queue has a trigger, on the workers that serve it', () => {
    const queuesOf = (name: string): string[] => {
      const deployment = ofKind(built, 'Deployment').find(({ metadata }) => metadata.name === name);
      const env = deployment?.spec.template.spec.containers[0]?.env ?? [];
      return env.find((entry) => entry.name === 'SLUICE_QUEUES')?.value.split(',') ?? [];
    };
    const watched = scalers().flatMap(({ spec }) =>
      spec.triggers
        .filter(({ type }) => type === 'temporal')
        .map(({ metadata }) => ({ on: spec.scaleTargetRef.name, queue: metadata['taskQueue'] })),
    );
    const served = scalers().flatMap(({ metadata: { name } }) =>
      queuesOf(name).map((queue) => ({ on: name, queue: TASK_QUEUES[queue as keyof typeof TASK_QUEUES] })),
    );
    expect(watched).toEqual(served);
    expect(watched.map(({ queue }) => queue).toSorted()).toEqual(Object.values(TASK_QUEUES).toSorted());
  });

  test('queries name metrics that there are', () => {
    const queries = scalers().flatMap(({ spec }) => spec.triggers.flatMap(({ metadata }) => metadata['query'] ?? []));
    expect(queries).toHaveLength(2);
    for (const name of queries.flatMap((query) => metricsIn(query))) {
      expect(Object.keys({ ...METRICS, ...RUNTIME_METRICS })).toContain(name);
    }
  });

  test('is valid by the definition that KEDA publishes', async () => {
    const sources = await goModule(KEDA.module, KEDA.version);
    const validate = await definitionOf(path.join(sources, 'config/crd/bases/keda.sh_scaledobjects.yaml'));
    for (const scaler of scalers()) {
      expect({ of: scaler.metadata.name, valid: validate(scaler), errors: validate.errors }).toEqual({
        ...{ of: scaler.metadata.name, valid: true, errors: null },
      });
    }
    const [first] = scalers();
    expect(validate({ ...first, spec: { ...first?.spec, minReplicas: 2 } })).toBe(false);
    expect(validate({ ...first, spec: { ...first?.spec, triggers: [{ type: 'cpu', metadata: { value: 70 } }] } })).toBe(
      false,
    );
  });

  test('gives each scaler what it needs, and nothing that it does not know or no longer wants', async () => {
    const file = path.join(await goModule(KEDA.module, KEDA.version), 'schema/generated/scalers-schema.json');
    const known = (JSON.parse(await readFile(file, 'utf8')) as { scalers: ScalerSchema[] }).scalers;
    const triggers = scalers().flatMap(({ spec }) => spec.triggers);
    expect(new Set(triggers.map(({ type }) => type))).toEqual(new Set(['cpu', 'temporal', 'prometheus']));
    for (const { type, metadata } of triggers) {
      const parameters = known.find((scaler) => scaler.type === type)?.parameters ?? [];
      const names = parameters.filter(({ deprecated }) => deprecated === undefined).flatMap(namesOf);
      expect(Object.keys(metadata).filter((name) => !names.includes(name))).toEqual([]);
      const needed = parameters.filter((parameter) => parameter.optional !== true && parameter.default === undefined);
      expect(needed.filter((parameter) => !namesOf(parameter).some((name) => name in metadata))).toEqual([]);
    }
  });
});

interface ScalerSchema {
  type: string;
  parameters: ScalerParameter[];
}

interface ScalerParameter {
  name: string;
  optional?: boolean;
  default?: string;
  deprecated?: string;
  metadataVariableReadable?: boolean;
  envVariableReadable?: boolean;
}

/** As a trigger may say it: itself, or the variable of the worker that has it. */
function namesOf({ name, metadataVariableReadable, envVariableReadable }: ScalerParameter): string[] {
  return [...(metadataVariableReadable ? [name] : []), ...(envVariableReadable ? [`${name}FromEnv`] : [])];
}

interface Definition {
  spec: { versions: { name: string; schema: { openAPIV3Schema: object } }[] };
}

/** Kubernetes drops what a definition does not name; here it is an error. */
async function definitionOf(file: string): Promise<ValidateFunction> {
  const { spec } = parse(await readFile(file, 'utf8')) as Definition;
  const schema = spec.versions.find(({ name }) => name === 'v1alpha1')?.schema.openAPIV3Schema ?? false;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  return ajv.compile(closed(schema) as object);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(closed);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in schema ? { additionalProperties: false, ...parts } : parts;
}
