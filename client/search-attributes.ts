import { TypedSearchAttributes } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';

export type WorkflowKind =
  | 'export'
  | 'backfill'
  | 'reconcile'
  | 'shard'
  | 'webhook'
  | 'delivery'
  | 'replay'
  | 'notification'
  | 'erasure'
  | 'maintenance';

/** What every workflow of ours can be found by. */
export function searchAttributes(of: {
  kind: WorkflowKind;
  destinationId?: string;
  destinationType?: string;
}): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: SEARCH_ATTRIBUTES.kind, value: of.kind },
    ...(of.destinationId === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.destinationId, value: of.destinationId }]),
    ...(of.destinationType === undefined
      ? []
      : [{ key: SEARCH_ATTRIBUTES.destinationType, value: of.destinationType }]),
  ]);
}
