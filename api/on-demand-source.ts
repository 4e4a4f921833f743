import type { z } from 'zod';
import type { Destination } from '../destinations/contract.ts';
import type { ExportRecord } from '../store/exports.ts';
import type { ApiDeps } from './deps.ts';
import type { newExport } from './export-changes.ts';
import { exportView, findExport } from './export-view.ts';
import { fieldError, forField } from './problem.ts';

type Settings = Partial<z.input<typeof newExport>>;

/**
 * What an export of a range has from the export that it is made from: all that says which rows leave, and as what. Its
 * format and mode only where the destination has them. Throws export_not_found.
 */
export async function settingsFrom(
  deps: ApiDeps,
  source: { teamId: number; id: string },
  { model, destinationKind }: { model: ExportRecord['model'] | undefined; destinationKind: string },
): Promise<Settings> {
  const record = await forField('from_export', () => findExport(deps, source));
  if (model !== undefined && model !== record.model) {
    throw fieldError('model', {
      code: 'validation_failed',
      message: `model: the export that this is made from reads ${record.model}`,
      remedy: 'Leave out `model`, or `from_export`.',
    });
  }
  return settingsOf(record, deps.findDestination(destinationKind));
}

function settingsOf(record: ExportRecord, { formats, modes }: Destination<unknown>): Settings {
  const view = exportView(record);
  const { model, filter, columns, privacy, query, key, version_column, mode, max_file_mb } = view;
  const format = formats.find(
    ({ fileFormat, compression }) => fileFormat === view.format?.file_format && compression === view.format.compression,
  );
  return {
    ...{ model, filter, columns, privacy },
    ...(model === 'sql' ? { query: query ?? undefined, key: key ?? undefined, version_column } : {}),
    ...(view.format !== null && format !== undefined ? { format: view.format } : {}),
    ...(modes.includes(mode) ? { mode } : {}),
    ...(max_file_mb === null ? {} : { max_file_mb }),
  };
}
