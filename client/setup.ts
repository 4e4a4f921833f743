import { isGrpcServiceError } from '@temporalio/client';
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
 * the retention and no further. A namespace that may not be changed from here (Temporal Cloud) gives warnings.
 */
export async function setupNamespace(
  temporalClient: TemporalClient,
  options: { namespace: string; retentionDays: number },
): Promise<SetupReport> {
  const warnings: string[] = [];
  const searchAttributesAdded = await addSearchAttributes(temporalClient, options.namespace, warnings);
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

/** Answers the names of those that it has added. */
async function addSearchAttributes(
  { connection: { operatorService } }: TemporalClient,
  namespace: string,
  warnings: string[],
): Promise<string[]> {
  let missing = Object.entries(SEARCH_ATTRIBUTE_TYPES);
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    missing = missing.filter(([name]) => !(name in customAttributes));
    if (missing.length > 0) {
      await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
    }
    return missing.map(([name]) => name);
  } catch (error) {
    if (!isGrpcServiceError(error) || !NOT_FROM_HERE.has(error.code)) {
      throw error;
    }
    const names = missing.map(([name]) => name).join(', ');
    warnings.push(`search attributes that must be there could not be looked at or added (${names}): ${error.details}`);
    return [];
  }
}

/** PERMISSION_DENIED and UNIMPLEMENTED of gRPC: whoever runs the namespace makes them elsewhere. */
const NOT_FROM_HERE: ReadonlySet<number> = new Set([7, 12]);
