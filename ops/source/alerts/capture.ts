import type { Alert } from '../alert.ts';
import { rate } from '../promql.ts';

/** Refusals that are no mistake of the sender. */
const OURS = '=~queue_full|store_unavailable|team_lookup_failed|capture_failed|capture_insert_failed';

const rejected = (reason: string): string => `sluice_capture_rejected_total{reason="${reason}"}`;
const STORED = 'sluice_capture_events_total{instance="a"}';
const TAKEN = 'sluice_capture_requests_total{instance="a"}';

export const capture: readonly Alert[] = [
  {
    name: 'SluiceCaptureRejecting',
    severity: 'page',
    // Requests by requests: a batch that is refused would be lost among the events of those that are not.
    expr: `${ours()} / (${ours()} + (${rate('sluice_capture_requests_total', { over: '5m' })} or vector(0))) > 0.01`,
    for: '5m',
    summary: 'Capture refuses {{ $value | humanizePercentage }} of the requests because of a fault of ours',
    impact: 'Senders repeat: events come late, and a sender that gives up loses them.',
    test: {
      fires: { [rejected('store_unavailable')]: '0+2x90', [TAKEN]: '0+100x90', [STORED]: '0+20000x90' },
      firesToo: [{ [rejected('team_lookup_failed')]: '0+2x90' }],
      quiet: { [rejected('invalid_json')]: '0+10x90', [TAKEN]: '0+100x90', [STORED]: '0+20000x90' },
    },
  },
  {
    name: 'SluiceCaptureSilent',
    severity: 'ticket',
    expr: `${stored('15m')} == 0 and ${stored('1h', '1h')} > 0.1`,
    for: '10m',
    summary: 'No event was captured for a quarter of an hour, where there were many before',
    impact: 'Perhaps none: nobody sends. Or senders do not reach capture.',
    test: {
      fires: { [STORED]: '0+100x90 9000x120' },
      quiet: { [STORED]: '0+100x220' },
      at: '130m',
    },
  },
];

function ours(): string {
  return rate('sluice_capture_rejected_total', { where: { reason: OURS }, over: '5m' });
}

function stored(over: string, ago?: string): string {
  const query = rate('sluice_capture_events_total', { over });
  return ago === undefined ? query : query.replace(/\]\)\)$/, `] offset ${ago}))`);
}
