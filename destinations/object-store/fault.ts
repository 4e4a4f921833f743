import { type FaultParty, SluiceError } from '../../core/errors.ts';

/** A row of a store's error table. `{bucket}` and other names in braces are filled in. */
export interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

export interface FailedCall {
  /** "write a/b.jsonl" */
  action: string;
  /** Codes and statuses; never text of the store. */
  facts: readonly (string | undefined)[];
  /** The store's own words. */
  text: string;
  /** What replaces names in braces. */
  names: Readonly<Record<string, string>>;
  /** Must not be quoted. */
  secrets: readonly (string | undefined)[];
}

export const ADDRESS_NOT_ALLOWED: Fault = {
  code: 'address_not_allowed',
  retryable: false,
  fault: 'customer',
  message: 'endpoint: this host may not be called from here',
  remedy: 'Use a public host, or ask the operator to allow its network (SLUICE_ALLOWED_CIDRS).',
};

/** Codes of Node for connections that fail. */
export const NETWORK_CODES =
  /^(E(CONN|NOTFOUND|AI_AGAIN|PIPE|HOST|NET|TIMEDOUT)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL)/;

/** Words of the store that are quoted. */
const MAX_TEXT = 300;

/**
 * Stores put the key id, the string to sign and more into their texts. Of a refusal nothing is quoted; of the rest the
 * text without the secrets. An SDK's error is not kept as cause: it holds the request.
 */
export function faultError(fault: Fault, call: FailedCall): SluiceError {
  const known = call.facts.filter((fact) => fact !== undefined && fact !== '').join(', ');
  const detail = fault.fault === 'customer' ? known : `${known}: ${withoutSecrets(call).slice(0, MAX_TEXT)}`;
  return new SluiceError({
    ...fault,
    message: `could not ${call.action}: ${fillIn(fault.message, call)} (${detail})`,
    remedy: fillIn(fault.remedy, call),
  });
}

function fillIn(text: string, { names }: FailedCall): string {
  return Object.entries(names).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}

function withoutSecrets({ text, secrets }: FailedCall): string {
  return secrets.reduce<string>((cleaned, secret) => (secret ? cleaned.replaceAll(secret, '***') : cleaned), text);
}
