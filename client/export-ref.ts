import type { ExportRef } from '../core/export-ref.ts';
import type { BatchExportInput } from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';

const MAX_NAME_LENGTH = 80;

export function baseInput(ref: ExportRef): BatchExportInput {
  const { exportId, teamId, name, destinationId, destinationKind, interval } = ref;
  return { exportId, teamId, name, destinationId, destinationKind, interval, trigger: 'schedule' };
}

export function exportAttributes(ref: ExportRef): ReturnType<typeof searchAttributes> {
  return searchAttributes({
    kind: 'export',
    destinationId: ref.destinationId,
    destinationType: ref.destinationKind,
  });
}

export function exportSummary(ref: ExportRef): string {
  const often = 'trigger' in ref && ref.trigger === 'on_demand' ? 'once' : `every ${ref.interval}`;
  return `${ref.name.slice(0, MAX_NAME_LENGTH)} → ${ref.destinationKind}, ${often}`;
}
