import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type {
  AuditResult,
  CleanUpResult,
  FillGapsResult,
  RepairEventsResult,
  SweepResult,
} from '../activities/types.ts';
import { maintaining } from './activity-options.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** More calls than a look needs after days of outage; the next look goes on from there. */
const MAX_ROUNDS = 50;

/** Closes runs whose workflow was terminated, timed out or is gone, and frees their intervals. */
export async function sweepRuns(): Promise<SweepResult> {
  const result = await maintaining.sweepRuns();
  const { looked, closed } = result;
  publish(closed, `Looked at ${String(looked)} open runs without a worker, closed ${String(closed)}`);
  return result;
}

/** Ends what deleted exports, destinations and webhooks still have running; removes downloads that have expired. */
export async function cleanUp(): Promise<CleanUpResult> {
  const result = await maintaining.cleanUp();
  const { open, settled, files = 0 } = result;
  publish(
    settled + files,
    `Went on with ${String(open)} deletions, finished ${String(settled)}; removed the files of ${String(files)} downloads`,
  );
  return result;
}

/** Starts the runs of intervals that are expected and that nobody has exported. */
export async function fillGaps(): Promise<FillGapsResult> {
  const total: FillGapsResult = { exports: 0, started: 0, more: true };
  for (let round = 0; total.more && round < MAX_ROUNDS; round += 1) {
    const { exports, started, more } = await maintaining.fillGaps();
    Object.assign(total, { exports, more });
    total.started += started;
    publish(
      total.started,
      `Compared the intervals of ${String(exports)} exports with the ledger, started ${String(total.started)} that were missing`,
    );
  }
  return total;
}

/** Compares `events` with `event_log` up to where both have settled and adds what is missing. */
export async function repairEvents(): Promise<RepairEventsResult> {
  const total: RepairEventsResult = { windows: 0, compared: 0, repaired: 0, until: '', more: true };
  for (let round = 0; total.more && round < MAX_ROUNDS; round += 1) {
    const { windows, compared, repaired, until, more } = await maintaining.repairEvents();
    total.windows += windows;
    total.compared += compared;
    total.repaired += repaired;
    Object.assign(total, { until, more });
    publish(
      total.repaired,
      `Compared ${String(total.compared)} events until ${until}, added ${String(total.repaired)} that were missing`,
    );
  }
  return total;
}

/** Compares what webhooks should have been sent with what was delivered, and retries what nobody owns. */
export async function auditDeliveries(): Promise<AuditResult> {
  const total: AuditResult = { destinations: 0, windows: 0, compared: 0, missed: 0, retried: 0, more: true };
  for (let round = 0; total.more && round < MAX_ROUNDS; round += 1) {
    const result = await maintaining.auditDeliveries();
    total.destinations = result.destinations;
    total.more = result.more;
    total.windows += result.windows;
    total.compared += result.compared;
    total.missed += result.missed;
    total.retried += result.retried;
    publish(
      total.missed,
      `Compared ${String(total.compared)} events for ${String(total.destinations)} webhooks: ` +
        `${String(total.missed)} had no owner, ${String(total.retried)} of them are retried now`,
    );
  }
  return total;
}

/** `SluiceOutcome` is `repaired` when there was something to do, and `SluiceRows` says how much. */
function publish(repaired: number, details: string): void {
  setCurrentDetails(details);
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: repaired > 0 ? 'repaired' : 'clean' },
    { key: SEARCH_ATTRIBUTES.rows, value: repaired },
  ]);
}
