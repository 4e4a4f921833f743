import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { TemplateSettings } from '../delivery/template/template.ts';
import { VENDORS } from '../delivery/vendors/registry.ts';
import { resolveVendor } from '../delivery/vendors/resolve.ts';

/** As the API stores a webhook of a kind other than generic. */
export interface StoredVendor {
  kind: string;
  inputs: Record<string, unknown>;
  inputSecrets: Record<string, unknown>;
}

/** What a kind puts in the place of a webhook's own settings. */
type VendorLane = Pick<LaneConfig, 'url' | 'headers' | 'answers' | 'hidden' | 'rateLimitPerSecond'> & {
  payload?: TemplateSettings;
};

/**
 * Stored by another version, whose kind or inputs this one does not know: no request can be made, so that the webhook
 * becomes misconfigured and keeps its events, and no other webhook of the shard notices.
 */
const UNUSABLE: VendorLane = { url: '', headers: {}, rateLimitPerSecond: undefined };

/** Undefined for a webhook that makes its request from its own settings. */
export function vendorLane({ kind, inputs, inputSecrets }: Partial<StoredVendor>): VendorLane | undefined {
  if (kind === undefined) {
    return undefined;
  }
  const vendor = VENDORS.get(kind);
  const parsed = vendor?.inputs.safeParse({ ...inputs, ...inputSecrets });
  return vendor && parsed?.success === true ? resolveVendor(vendor, parsed.data) : UNUSABLE;
}
