import { z } from 'zod';
import { LOG_KEPT_MS, LOG_WARNING_MS } from '../core/log-reach.ts';
import type { ExportRecord } from '../store/exports.ts';
import { advanceWatermark } from '../store/watermarks.ts';
import type { ApiDeps } from './deps.ts';
import { exportSchema, exportView } from './export-view.ts';
import { timestamp } from './schemas.ts';

const warningSchema = z.object({ code: z.string(), message: z.string() });

export const exportDetailSchema = exportSchema
  .extend({
    completeness: z.object({
      complete_until: timestamp.describe(
        'Everything that was ingested before, since the export exists, is at the destination.',
      ),
      behind_seconds: z.number().describe('From there to now: at least the interval that is not over yet.'),
    }),
    warnings: z.array(warningSchema),
  })
  .meta({ id: 'ExportDetail' });

/** An export with how complete it is. */
export async function exportDetail(deps: ApiDeps, record: ExportRecord): Promise<z.output<typeof exportDetailSchema>> {
  const now = deps.now?.() ?? new Date();
  const watermark = await advanceWatermark(deps.db, record, now);
  const behindMs = Math.max(0, now.getTime() - watermark.getTime());
  return {
    ...exportView(record),
    completeness: { complete_until: watermark.toISOString(), behind_seconds: behindMs / 1_000 },
    warnings: behindMs > LOG_WARNING_MS ? [nearLogEnd(watermark)] : [],
  };
}

function nearLogEnd(watermark: Date): z.output<typeof warningSchema> {
  const until = new Date(watermark.getTime() + LOG_KEPT_MS).toISOString();
  return {
    code: 'near_log_end',
    message: `what was ingested from ${watermark.toISOString()} on is not exported, and the event log keeps it until ${until}`,
  };
}
