import { z } from 'zod';
import { parseDownloadPlace } from '../core/download-place.ts';
import { info } from './info.ts';
import { folders, integer, QUEUE_NAMES, queues } from './values.ts';

const WORKER = 'Worker';
const DESTINATIONS = 'Batch destinations';

/** Runs of exports, and where they may write. */
export const workerFields = {
  SLUICE_QUEUES: queues
    .default(QUEUE_NAMES)
    .meta(info(WORKER, `Task queues that a worker serves, out of ${QUEUE_NAMES.join(', ')}.`)),
  SLUICE_EXPORT_CONCURRENCY: integer({ min: 1, max: 1_000 })
    .default(8)
    .meta(info(WORKER, 'Export activities at the same time per worker.')),
  SLUICE_BACKFILL_CONCURRENCY: integer({ min: 1, max: 1_000 })
    .default(2)
    .meta(info(WORKER, 'Chunks of backfills that load at the same time per worker; fewer while live work is late.')),
  SLUICE_GAP_SETTLE_MS: integer({ min: 0, max: 86_400_000 })
    .default(600_000)
    .meta(
      info(WORKER, "How long after an export interval's end the gap detector waits for Temporal to start its run."),
    ),
  SLUICE_CHUNK_CONCURRENCY: integer({ min: 1, max: 64 })
    .default(2)
    .meta(info(WORKER, 'Chunks of one run that load at the same time; each takes some 30 MB.')),
  SLUICE_EXPORT_LEASE_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .meta(info(WORKER, 'How long the interval of a run whose worker was killed stays taken; a quarter renews it.')),
  SLUICE_PAUSE_AFTER_FAILURES: integer({ min: 0, max: 1_000 })
    .default(5)
    .meta(
      info(WORKER, "Runs in a row that fail alike, by the customer's fault, before an export is paused; 0: never."),
    ),
  SLUICE_SHUTDOWN_GRACE_MS: integer({ min: 0, max: 600_000 })
    .default(35_000)
    .meta(
      info(WORKER, 'How long a stopping worker lets deliveries in flight finish; above the longest request (30 s).'),
    ),
  SLUICE_FILE_EXPORT_ROOTS: folders
    .default([])
    .meta(info(DESTINATIONS, 'Folders below which the file destination may write; unset: any.')),
  SLUICE_DOWNLOADS_URL: z
    .string()
    .refine((text) => parseDownloadPlace(text) !== undefined, 'must be file:///folder or s3://bucket/prefix')
    .optional()
    .meta(
      info(
        DESTINATIONS,
        'Where files of on-demand exports are kept to be downloaded; server and worker must both reach it: file:///folder, or s3://key:secret@bucket/prefix?region=…&endpoint=…; unset: no downloads.',
        'file:///var/lib/sluice/downloads',
      ),
    ),
  SLUICE_DOWNLOAD_HOURS: integer({ min: 1, max: 8_760 })
    .default(72)
    .meta(info(DESTINATIONS, 'How long after the end of an on-demand export its files can be downloaded.')),
  SLUICE_AWS_AMBIENT_CREDENTIALS: z
    .enum(['never', 'assume_role', 'direct'])
    .default('never')
    .meta(
      info(
        DESTINATIONS,
        "Whether destinations may use this process's own AWS identity: never, only to assume the role that a destination names, or directly.",
      ),
    ),
};
