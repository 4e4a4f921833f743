import type { Schemas } from '../api.ts';

type Estimate = Schemas['BackfillEstimate'];
type Backfill = Schemas['Backfill'];

const BAR = 30;

export function estimateText({ intervals, skipped, empty, rows, sampled, bytes, minutes, basis }: Estimate): string {
  const from = sampled === undefined ? 'rows' : `rows, if all are like the ${String(sampled)} that were counted`;
  const size = rows === null ? 'rows unknown' : `${String(rows)} ${from}, ${megabytes(bytes ?? 0)} uncompressed`;
  const time = minutes === null ? '' : `, about ${String(minutes)} minutes`;
  const speed = basis === 'default' ? ' at an assumed speed: this export has not run yet' : '';
  const others = `${String(skipped)} exported already, ${String(empty)} empty`;
  return `${String(intervals)} intervals (${others}): ${size}${time}${speed}`;
}

/** One line: a bar, what is done, what is left. */
export function progressLine({ status, progress, throttle }: Backfill): string {
  const { percent, intervals, pending, running, rows, seconds_left: seconds } = progress;
  const filled = Math.round((BAR * percent) / 100);
  const parts = [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${percent.toFixed(1)} %`,
    `${String(intervals - pending - running)}/${String(intervals)} intervals`,
    `${String(rows)} rows`,
    status === 'running' ? left(seconds) : status,
  ];
  if (throttle?.reason) {
    parts.push(`throttled to ${String(Math.round(throttle.level * 100))} %: ${throttle.reason}`);
  }
  return parts.join('  ');
}

export function backfillText(backfill: Backfill): string {
  const { id, status, reason, range_start, range_end, estimate, progress } = backfill;
  return [
    `${id}  ${status}${reason === null ? '' : `: ${reason}`}`,
    `${range_start} .. ${range_end}`,
    ...(estimate === null ? [] : [`planned: ${estimateText(estimate)}`]),
    `${progressLine(backfill)}, ${megabytes(progress.bytes)}, ${String(progress.failed)} failed`,
  ].join('\n');
}

function left(seconds: number | null): string {
  if (seconds === null) {
    return 'time left unknown';
  }
  return seconds < 90 ? `${String(seconds)} s left` : `${String(Math.ceil(seconds / 60))} min left`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
