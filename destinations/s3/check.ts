import { randomUUID } from 'node:crypto';
import type { CheckStep } from '../contract.ts';
import { type NamedStep, runSteps } from '../check-steps.ts';
import { SluiceError } from '../../core/errors.ts';
import type { S3Api } from './client.ts';
import type { S3Config } from './config.ts';

/** Removing the probe must not follow the caller's signal. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

/** The probe lies below the literal beginning of the prefix, where the customer's policy grants access. */
function probeKey(config: S3Config): string {
  const literal = config.prefix.slice(0, (config.prefix + '{').indexOf('{'));
  return `${literal.slice(0, literal.lastIndexOf('/') + 1)}.sluice-check-${randomUUID()}`;
}

function unexpected(code: string, message: string, remedy: string): SluiceError {
  return new SluiceError({ code, message, remedy, retryable: false, fault: 'customer' });
}

function stepsOf(api: S3Api, config: S3Config, key: string, signal: AbortSignal): NamedStep[] {
  const object = { key, contentType: 'text/plain', metadata: {} };
  const body = Buffer.from('Sluice connection check');
  const put = (): ReturnType<S3Api['put']> => api.put(object, body, { ifNoneMatch: '*' }, signal);
  return [
    // Not HeadBucket: its answer has no body that says what is wrong.
    { name: 'bucket', run: () => api.listKeys(key, signal) },
    { name: 'write', run: put },
    {
      name: 'conditional write',
      run: async () => {
        if ((await put()).outcome === 'stored') {
          throw unexpected(
            's3_conditional_writes_unsupported',
            'the store overwrote a file in spite of If-None-Match, so two attempts could spoil each other',
            'Use a store that honours If-None-Match, or a newer version of it.',
          );
        }
      },
    },
    {
      name: 'read',
      run: async () => {
        if ((await api.readText(key, signal))?.text !== body.toString()) {
          throw unexpected('s3_check_read_failed', `${key} does not read as written`, 'Check the store.');
        }
      },
    },
    { name: 'multipart upload', run: () => probeUpload(api, `${key}-parts`, signal) },
    { name: 'delete', run: () => api.remove(key, signal) },
  ];
}

async function probeUpload(api: S3Api, key: string, signal: AbortSignal): Promise<void> {
  const upload = await api.createUpload({ key, contentType: 'text/plain', metadata: {} }, signal);
  try {
    await api.listUploads(key, signal);
  } finally {
    await api.abortUpload(upload, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS));
  }
}

/** Goes through what an export will do, with a small object of its own that is removed again. */
export async function checkS3(api: S3Api, config: S3Config, signal: AbortSignal): Promise<CheckStep[]> {
  const key = probeKey(config);
  const steps = await runSteps(stepsOf(api, config, key, signal), signal);
  const written = steps.some((step) => step.name === 'write' && step.status === 'passed');
  const removed = steps.some((step) => step.name === 'delete' && step.status === 'passed');
  if (written && !removed) {
    await api.remove(key, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS)).catch(() => undefined);
  }
  return steps;
}
