import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Created by `sluice setup`. SQLite allows three Int attributes; two are used. */
export const SEARCH_ATTRIBUTES = {
  destinationId: defineSearchAttributeKey('SluiceDestinationId', SearchAttributeType.KEYWORD),
  destinationType: defineSearchAttributeKey('SluiceDestinationType', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('SluiceKind', SearchAttributeType.KEYWORD),
  outcome: defineSearchAttributeKey('SluiceOutcome', SearchAttributeType.KEYWORD),
  attempts: defineSearchAttributeKey('SluiceAttempts', SearchAttributeType.INT),
  rows: defineSearchAttributeKey('SluiceRows', SearchAttributeType.INT),
};
