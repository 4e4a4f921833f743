import { Option, type Command } from 'commander';
import type { CommandContext } from '../register.ts';
import { facts, FINDING_RUNNING, FROM, listed, requestCommands, TO } from '../requests.ts';

/** `sluice webhooks list | show | pause | resume | attempts | state | stats | secret | rotate-secret | …` */
export function webhookSettings(webhooks: Command, context: CommandContext): void {
  requestCommands(webhooks, context, [
    {
      ...{ usage: 'list', description: 'the webhooks of your team', path: '/webhooks' },
      ...{ ...FINDING_RUNNING, text: listed(['id', 'kind', 'name', 'status', 'url']) },
    },
    { usage: 'show <webhook-id>', description: 'its settings, without secrets', path: '/webhooks/{}', text: facts },
    {
      ...{ usage: 'pause <webhook-id>', description: 'sends nothing until it is resumed; nothing is lost' },
      ...{ method: 'POST', path: '/webhooks/{}/pause', text: statusText },
    },
    {
      ...{ usage: 'resume <webhook-id>', description: 'goes on where it was' },
      ...{ method: 'POST', path: '/webhooks/{}/resume', text: statusText },
    },
    { usage: 'state <webhook-id>', description: 'the health of its endpoint', path: '/webhooks/{}/state', text: facts },
    {
      ...{ usage: 'attempts <webhook-id>', description: 'delivery attempts, newest first' },
      ...{ path: '/webhooks/{}/attempts', paged: true, query: ['from', 'to', 'outcome', 'search', 'eventUuid'] },
      options: [
        ...[FROM, TO, new Option('--outcome <outcome>', 'such as delivered')],
        new Option('--search <text>', 'in the error, the answer, the uuid or the status'),
        new Option('--event-uuid <uuid>', 'of one event'),
      ],
      text: listed(['attempted_at', 'event_uuid', 'attempt', 'outcome', 'status_code', 'duration_ms']),
    },
    {
      ...{ usage: 'retry <webhook-id> <event-uuids...>', description: 'try failed deliveries of up to 100 events now' },
      ...{ method: 'POST', path: '/webhooks/{}/retry', text: retryText },
      body: (_options, given) => ({ event_uuids: given.slice(1).flat() }),
    },
    {
      ...{
        usage: 'stats <webhook-id>',
        description: 'how much was delivered, and how fast',
        path: '/webhooks/{}/stats',
      },
      options: [FROM, TO, new Option('--step <seconds>', 'of a point, 10 to 86400')],
      query: ['from', 'to', 'step'],
      text: ({ points, ...totals }) =>
        `${facts(totals)}\n\n${listed(['at', 'attempts', 'delivered', 'discarded', 'p50_ms', 'p95_ms'], 'points')({ points }, [])}`,
    },
    {
      ...{ usage: 'versions <webhook-id>', description: 'what was changed, by whom', path: '/webhooks/{}/versions' },
      ...{ paged: true, text: listed(['version', 'created_at', 'by', 'changes']) },
    },
    {
      ...{ usage: 'secret <webhook-id>', description: 'reveal its signing secret; needs a key with the scope admin' },
      ...{ method: 'POST', path: '/webhooks/{}/secret', text: facts },
    },
    {
      ...{ usage: 'rotate-secret <webhook-id>', description: 'give it a new signing secret, which is shown' },
      ...{ method: 'POST', path: '/webhooks/{}/secret/rotate', text: facts },
      options: [
        new Option('--overlap-hours <n>', 'how long the old one signs too; 0 when it has leaked').default('24'),
      ],
      body: ({ overlapHours }) => ({ overlap_hours: Number(overlapHours) }),
    },
    {
      ...{ usage: 'operational-events', description: 'what Sluice can tell of itself', path: '/operational-events' },
      text: listed(['type', 'description']),
    },
  ]);
}

function statusText({ name, status }: Record<string, unknown>): string {
  return `${JSON.stringify(name)} is ${String(status)}`;
}

interface Retry {
  woken: string[];
  replay: { id: string } | null;
  replayed: string[];
  left: { event_uuid: string; because: string }[];
}

function retryText(answer: Record<string, unknown>): string {
  const { woken, replay, replayed, left } = answer as unknown as Retry;
  return [
    ...woken.map((uuid) => `${uuid}: its retry is made now`),
    ...replayed.map((uuid) => `${uuid}: is sent again by replay ${replay?.id ?? ''}`),
    ...left.map(({ event_uuid: uuid, because }) => `${uuid}: left alone, ${because.replaceAll('_', ' ')}`),
  ].join('\n');
}
