import { info } from './info.ts';
import { integer } from './values.ts';

const CAPTURE = 'Capture';

/** Taking events in. */
export const captureFields = {
  SLUICE_VISIBILITY_BOUND_MS: integer({ min: 100, max: 3_600_000 })
    .default(60_000)
    .meta(
      info(
        CAPTURE,
        'How long after its ingestion time an event may become visible: exports wait this long after an interval, deliveries re-read it.',
      ),
    ),
  SLUICE_CAPTURE_INSERT_TIMEOUT_MS: integer({ min: 50, max: 3_600_000 })
    .default(30_000)
    .meta(info(CAPTURE, 'Time limit of one insert; must be below SLUICE_VISIBILITY_BOUND_MS.')),
  SLUICE_CAPTURE_MAX_BATCH_EVENTS: integer({ min: 1, max: 1_000_000 })
    .default(10_000)
    .meta(info(CAPTURE, 'Events in one insert at most.')),
  SLUICE_CAPTURE_MAX_BATCH_WAIT_MS: integer({ min: 0, max: 10_000 })
    .default(50)
    .meta(info(CAPTURE, 'How long the first event of an insert waits for others.')),
  SLUICE_CAPTURE_MAX_QUEUED_EVENTS: integer({ min: 1 })
    .default(100_000)
    .meta(info(CAPTURE, 'Events waiting for an insert; beyond it capture answers 503 with Retry-After.')),
  SLUICE_CAPTURE_MAX_BODY_BYTES: integer({ min: 1_024, max: 1_073_741_824 })
    .default(20_971_520)
    .meta(info(CAPTURE, 'Size of one request, after decompression.')),
  SLUICE_CAPTURE_MAX_EVENT_BYTES: integer({ min: 1_024, max: 104_857_600 })
    .default(1_048_576)
    .meta(info(CAPTURE, 'Size of one event.')),
};
