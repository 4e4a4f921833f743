import { randomUUID } from 'node:crypto';
import type { CheckStep } from '../contract.ts';
import { type NamedStep, runSteps } from '../check-steps.ts';
import { conditionIgnored, readsDifferently } from './errors.ts';
import type { ObjectStore, UploadOutcome, WriteCondition, WriteOutcome } from './store.ts';

/** Removing the probe must not follow the caller's signal. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

/** The probe lies below the literal beginning of the prefix, where the customer's policy grants access. */
function probeKey(prefix: string): string {
  const literal = prefix.slice(0, (prefix + '{').indexOf('{'));
  return `${literal.slice(0, literal.lastIndexOf('/') + 1)}.sluice-check-${randomUUID()}`;
}

interface Probe {
  store: ObjectStore;
  key: string;
  signal: AbortSignal;
}

const FIRST = 'Sluice connection check';
const SECOND = 'Sluice connection check, replaced';

function put({ store, key, signal }: Probe, text: string, condition: WriteCondition): Promise<WriteOutcome> {
  return store.put({ key, contentType: 'text/plain', metadata: {} }, Buffer.from(text), condition, signal);
}

function stepsOf(probe: Probe): NamedStep[] {
  const { store, key, signal } = probe;
  return [
    { name: 'bucket', run: () => store.listKeys(key, signal) },
    { name: 'write', run: () => put(probe, FIRST, { onlyNew: true }) },
    { name: 'read', run: () => probeRead(probe, FIRST) },
    { name: 'conditional write', run: async () => requireRefusal(await put(probe, SECOND, { onlyNew: true })) },
    { name: 'conditional replacement', run: () => probeReplacement(probe) },
    { name: 'conditional upload in parts', run: () => probeUpload(probe) },
    { name: 'delete', run: () => store.remove(key, signal) },
  ];
}

function requireRefusal({ outcome }: UploadOutcome): void {
  if (outcome === 'stored') {
    throw conditionIgnored();
  }
}

async function probeRead({ store, key, signal }: Probe, text: string): Promise<string> {
  const found = await store.readText(key, signal);
  if (found?.text !== text) {
    throw readsDifferently(key);
  }
  return found.etag;
}

async function probeReplacement(probe: Probe): Promise<void> {
  const etag = await probeRead(probe, FIRST);
  await put(probe, SECOND, { onlyIf: etag });
  await probeRead(probe, SECOND);
  requireRefusal(await put(probe, FIRST, { onlyIf: etag }));
}

/** Over the object that is there: the completion must be refused. */
async function probeUpload({ store, key, signal }: Probe): Promise<void> {
  const upload = await store.createUpload({ key, contentType: 'text/plain', metadata: {} }, signal);
  try {
    const part = await store.uploadPart(upload, 1, Buffer.from(FIRST), signal);
    await store.listUploads(key, signal);
    requireRefusal(await store.completeUpload(upload, [part], signal));
  } finally {
    await store.abortUpload(upload, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS));
  }
}

/** Goes through what an export will do, with a small object of its own that is removed again. */
export async function checkObjectStore(store: ObjectStore, prefix: string, signal: AbortSignal): Promise<CheckStep[]> {
  const key = probeKey(prefix);
  const steps = await runSteps(stepsOf({ store, key, signal }), signal);
  const written = steps.some((step) => step.name === 'write' && step.status === 'passed');
  const removed = steps.some((step) => step.name === 'delete' && step.status === 'passed');
  if (written && !removed) {
    await store.remove(key, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS)).catch(() => undefined);
  }
  return steps;
}
