import { errorCode, errorMessage, isSluiceError, type SluiceError } from '../../core/errors.ts';
import { ADDRESS_REFUSED } from '../../net/error-codes.ts';
import { type ErrorProto, protoOf } from '../google/error-proto.ts';
import { ADDRESS_NOT_ALLOWED, type Fault, faultError } from '../object-store/fault.ts';
import { type GcsConfig, serviceUrl } from './config.ts';
import { BY_REASON, BY_STATUS, CREDENTIALS_REFUSED, KMS_KEY_REFUSED, UNAVAILABLE, UNREACHABLE } from './faults.ts';

interface Answer {
  status: number;
  data: unknown;
}

/** What Google answered, or undefined when there was no answer. */
export function answerOf(error: unknown): Answer | undefined {
  const { response } = (error ?? {}) as { response?: { status?: number; data?: unknown } };
  return response?.status === undefined ? undefined : { status: response.status, data: response.data };
}

function faultOf({ status }: Answer, { reason, message }: ErrorProto): Fault {
  if (/\bcloud ?kms\b/i.test(message) && status < 500) {
    return KMS_KEY_REFUSED;
  }
  return BY_REASON[reason] ?? BY_STATUS[status] ?? UNAVAILABLE;
}

/** Network failures come wrapped; the code is somewhere below. */
function networkCodeOf(error: unknown, depth = 0): string | undefined {
  const found = errorCode(error);
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  return (found === undefined || found === '') && cause !== undefined && depth < 3
    ? networkCodeOf(cause, depth + 1)
    : found;
}

function withoutAnswer(error: unknown): Fault {
  const code = networkCodeOf(error);
  if (code === ADDRESS_REFUSED) {
    return ADDRESS_NOT_ALLOWED;
  }
  return code?.startsWith('ERR_OSSL') === true ? CREDENTIALS_REFUSED : UNREACHABLE;
}

/** Maps whatever a request threw while doing `action` ("write a file"). */
export function gcsError(error: unknown, action: string, config: GcsConfig): SluiceError {
  if (isSluiceError(error)) {
    return error;
  }
  const answer = answerOf(error);
  if (answer === undefined) {
    return failed(withoutAnswer(error), action, config, { facts: [networkCodeOf(error)], text: errorMessage(error) });
  }
  const proto = protoOf(answer);
  const facts = [proto.reason, `HTTP ${String(answer.status)}`];
  return failed(faultOf(answer, proto), action, config, { facts, text: proto.message });
}

/** The text names the permission that is missing. */
function permissionIn(text: string): string {
  const permission = /\bstorage\.[a-z]+\.[A-Za-z]+\b/.exec(text)?.[0];
  return permission === undefined ? '' : `: ${permission} is missing`;
}

export function failed(
  fault: Fault,
  action: string,
  config: GcsConfig,
  { facts, text }: { facts: readonly (string | undefined)[]; text: string } = { facts: [], text: '' },
): SluiceError {
  return faultError(fault, {
    action,
    facts,
    text,
    names: { bucket: config.bucket, endpoint: serviceUrl(config), permission: permissionIn(text) },
    secrets: [config.serviceAccountKey],
  });
}
