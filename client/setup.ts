import proto, { type temporal } from '@temporalio/proto';
import { errorMessage } from '../core/errors.ts';
import type { TemporalClient } from './temporal.ts';

/** CommonJS without named exports that Node can see: hence the default import. */
const { IndexedValueType } = proto.temporal.api.enums.v1;
const SECONDS_PER_DAY = 24 * 60 * 60;

/** Names and types of workflows/search-attributes.ts; the UI and `temporal workflow list` filter by them. */
export const SEARCH_ATTRIBUTE_TYPES: Record<string, temporal.api.enums.v1.IndexedValueType> = {
  SluiceDestinationId: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceDestinationType: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceKind: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceOutcome: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceAttempts: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  SluiceRows: IndexedValueType.INDEXED_VALUE_TYPE_INT,
};

export interface SetupReport {
  searchAttributesAdded: string[];
  retentionDays: number;
  warnings: string[];
}

/**
 * Makes a namespace ready: search attributes and retention. Idempotent. Statistics from history reach back as far as
 * the retention and no further. A namespace whose retention may not be changed (Temporal Cloud) gives a warning.
 */
export async function setupNamespace(
  temporalClient: TemporalClient,
  options: { namespace: string; retentionDays: number },
): Promise<SetupReport> {
  const searchAttributesAdded = await addSearchAttributes(temporalClient, options.namespace);
  const warnings: string[] = [];
  try {
    await temporalClient.connection.workflowService.updateNamespace({
      namespace: options.namespace,
      config: { workflowExecutionRetentionTtl: { seconds: options.retentionDays * SECONDS_PER_DAY } as never },
    });
  } catch (error) {
    warnings.push(`retention could not be set to ${String(options.retentionDays)} days: ${errorMessage(error)}`);
  }
  return { searchAttributesAdded, retentionDays: options.retentionDays, warnings };
}

async function addSearchAttributes({ connection }: TemporalClient, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTE_TYPES).filter(([name]) => !(name in customAttributes));
  if (missing.length > 0) {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
  }
  return missing.map(([name]) => name);
}
