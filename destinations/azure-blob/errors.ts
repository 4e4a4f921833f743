import type { SluiceError } from '../../core/errors.ts';
import { ADDRESS_REFUSED } from '../../net/error-codes.ts';
import { ADDRESS_NOT_ALLOWED, type Fault, faultError, NETWORK_CODES } from '../object-store/fault.ts';
import { type AzureBlobConfig, serviceUrl } from './config.ts';
import { type AzureFailure, readFailure } from './failure.ts';
import { BY_CODE, BY_STATUS, CLOCK_SKEWED, CLOCK_TEXT, UNAVAILABLE, UNREACHABLE } from './faults.ts';

function faultOf({ code, message, networkCode, httpStatus }: AzureFailure): Fault {
  if (networkCode === ADDRESS_REFUSED) {
    return ADDRESS_NOT_ALLOWED;
  }
  if (httpStatus === undefined) {
    return NETWORK_CODES.test(networkCode ?? '') ? UNREACHABLE : UNAVAILABLE;
  }
  return CLOCK_TEXT.test(message) ? CLOCK_SKEWED : (BY_CODE[code] ?? BY_STATUS[httpStatus] ?? UNAVAILABLE);
}

/** The signature of a SAS token alone also signs, in whatever order its parts are quoted. */
function secretsOf({ accountKey, sasToken }: AzureBlobConfig): (string | undefined)[] {
  const signature = new URLSearchParams(sasToken?.replace(/^\?/, '')).get('sig') ?? undefined;
  return [accountKey, sasToken, signature, signature && encodeURIComponent(signature)];
}

/** Maps whatever the SDK threw while doing `action` ("write a file"). */
export function azureBlobError(error: unknown, action: string, config: AzureBlobConfig): SluiceError {
  const failure = readFailure(error);
  const { code, message, networkCode, httpStatus } = failure;
  return faultError(faultOf(failure), {
    action,
    facts: [code, networkCode, httpStatus === undefined ? '' : `HTTP ${String(httpStatus)}`],
    text: message,
    names: { account: config.accountName, container: config.container, endpoint: serviceUrl(config) },
    secrets: secretsOf(config),
  });
}
