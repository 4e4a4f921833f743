import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';

/** Created by `sluice setup`. SQLite allows three Int attributes; two are used. */
export const SEARCH_ATTRIBUTES = {
  destinationId: defineSearchAttributeKey('SluiceDestinationId', SearchAttributeType.KEYWORD),
  destinationType: defineSearchAttributeKey('SluiceDestinationType', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('SluiceKind', SearchAttributeType.KEYWORD),
  outcome: defineSearchAttributeKey('SluiceOutcome', SearchAttributeType.KEYWORD),
  attempts: defineSearchAttributeKey('SluiceAttempts', SearchAttributeType.INT),
  rows: defineSearchAttributeKey('SluiceRows', SearchAttributeType.INT),
};

/** Of an execution that works for a destination. */
export function searchAttributesOf(of: {
  kind: string;
  destinationId: string;
  destinationType: string;
}): SearchAttributePair[] {
  return [
    { key: SEARCH_ATTRIBUTES.kind, value: of.kind },
    { key: SEARCH_ATTRIBUTES.destinationId, value: of.destinationId },
    { key: SEARCH_ATTRIBUTES.destinationType, value: of.destinationType },
  ];
}
