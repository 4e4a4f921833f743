import type { AddressPolicy } from './address-policy.ts';
import { ADDRESS_REFUSED } from './error-codes.ts';

/** One refused address refuses the host: which of them would be used is not ours to choose. */
export function refusalOf(addresses: readonly string[], policy: AddressPolicy): NodeJS.ErrnoException | undefined {
  if (addresses.length === 0) {
    return Object.assign(new Error('the host name has no address'), { code: 'ENODATA' });
  }
  for (const address of addresses) {
    const verdict = policy.check(address);
    if (!verdict.allowed) {
      const message = `the host has an address that may not be called (${verdict.reason})`;
      return Object.assign(new Error(message), { code: ADDRESS_REFUSED });
    }
  }
  return undefined;
}
