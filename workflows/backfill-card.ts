import type { BackfillLook } from '../activities/types.ts';
import { code } from './cards.ts';
import type { BackfillInput } from './messages.ts';

/** What the Temporal UI shows on a backfill's page. */
export function backfillCard({ name, destinationKind }: BackfillInput, look: BackfillLook): string {
  const { progress, status, throttle } = look;
  const done = progress.intervals - progress.pending - progress.running;
  const lines = [
    `**Backfill** of ${code(name)} to ${code(destinationKind)} is **${status}**`,
    `${String(done)} of ${String(progress.intervals)} intervals · ${String(progress.completed)} exported, ` +
      `${String(progress.skipped)} were there, ${String(progress.empty)} empty, ${String(progress.failed)} failed`,
    `${String(progress.rows)} rows, ${String(progress.bytes)} bytes`,
  ];
  if (progress.secondsLeft !== null && status === 'running') {
    lines.push(`About ${String(Math.ceil(progress.secondsLeft / 60))} minutes to go`);
  }
  if (throttle.reason !== undefined) {
    lines.push(`Throttled to ${String(Math.round(throttle.level * 100))} %: ${code(throttle.reason)}`);
  }
  return lines.join('\n\n');
}
