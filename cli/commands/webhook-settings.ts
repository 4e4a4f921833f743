import { Option, type Command } from 'commander';
import { answer, type QueryOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, FINDING_RUNNING, FROM, listed, requestsOf, TO, type AddRequest, type Range } from '../requests.ts';

type Finding = PageOptions & Pick<QueryOf<'getWebhooks'>, 'q' | 'kind' | 'health' | 'status'>;
type AttemptOptions = PageOptions &
  Range &
  Pick<QueryOf<'getWebhooksByIdAttempts'>, 'outcome' | 'search'> & { eventUuid?: string };

/** `sluice webhooks list | show | pause | resume | attempts | state | stats | secret | rotate-secret | …` */
export function webhookSettings(webhooks: Command, context: CommandContext): void {
  const add = requestsOf(webhooks, context);
  listAndPause(add);
  deliveries(add);
  add({
    usage: 'versions <webhook-id>',
    description: 'what was changed, by whom',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/webhooks/{id}/versions', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listed(items, ['version', 'created_at', 'by', 'changes']),
  });
  secrets(add);
  add({
    usage: 'operational-events',
    description: 'what Sluice can tell of itself',
    ask: (api) => answer(api.GET('/api/v1/operational-events')),
    text: ({ items }) => listed(items, ['type', 'description']),
  });
}

function listAndPause(add: AddRequest): void {
  add({
    usage: 'list',
    description: 'the webhooks of your team',
    options: FINDING_RUNNING,
    ask: (api, _given, { q, kind, health, status, ...options }: Finding) =>
      readPage(options, (page) => {
        const query = { ...page, ...defined({ q, kind, health, status }) };
        return answer(api.GET('/api/v1/webhooks', { params: { query } }));
      }),
    text: ({ items }) => listed(items, ['id', 'kind', 'name', 'status', 'url']),
  });
  add({
    usage: 'show <webhook-id>',
    description: 'its settings, without secrets',
    ask: (api, [id]) => answer(api.GET('/api/v1/webhooks/{id}', { params: { path: { id } } })),
    text: facts,
  });
  add({
    usage: 'pause <webhook-id>',
    description: 'sends nothing until it is resumed; nothing is lost',
    ask: (api, [id]) => answer(api.POST('/api/v1/webhooks/{id}/pause', { params: { path: { id } } })),
    text: statusText,
  });
  add({
    usage: 'resume <webhook-id>',
    description: 'goes on where it was',
    ask: (api, [id]) => answer(api.POST('/api/v1/webhooks/{id}/resume', { params: { path: { id } } })),
    text: statusText,
  });
}

function deliveries(add: AddRequest): void {
  add({
    usage: 'state <webhook-id>',
    description: 'the health of its endpoint',
    ask: (api, [id]) => answer(api.GET('/api/v1/webhooks/{id}/state', { params: { path: { id } } })),
    text: facts,
  });
  add({
    usage: 'attempts <webhook-id>',
    description: 'delivery attempts, newest first',
    options: [
      ...[...pageOptions(), FROM, TO, new Option('--outcome <outcome>', 'such as delivered')],
      new Option('--search <text>', 'in the error, the answer, the uuid or the status'),
      new Option('--event-uuid <uuid>', 'of one event'),
    ],
    ask: (api, [id], { from, to, outcome, search, eventUuid, ...options }: AttemptOptions) =>
      readPage(options, (page) => {
        const query = { ...page, ...defined({ from, to, outcome, search, event_uuid: eventUuid }) };
        return answer(api.GET('/api/v1/webhooks/{id}/attempts', { params: { path: { id }, query } }));
      }),
    text: ({ items }) =>
      listed(items, ['attempted_at', 'event_uuid', 'attempt', 'outcome', 'status_code', 'duration_ms']),
  });
  add({
    usage: 'retry <webhook-id> <event-uuids...>',
    description: 'try failed deliveries of up to 100 events now',
    ask: (api, [id, uuids]) =>
      answer(api.POST('/api/v1/webhooks/{id}/retry', { params: { path: { id } }, body: { event_uuids: uuids } })),
    text: retryText,
  });
  add({
    usage: 'stats <webhook-id>',
    description: 'how much was delivered, and how fast',
    options: [FROM, TO, new Option('--step <seconds>', 'of a point, 10 to 86400')],
    ask: (api, [id], { from, to, step }: Range & { step?: string }) =>
      answer(api.GET('/api/v1/webhooks/{id}/stats', { params: { path: { id }, query: defined({ from, to, step }) } })),
    text: ({ points, ...totals }) =>
      `${facts(totals)}\n\n${listed(points, ['at', 'attempts', 'delivered', 'discarded', 'p50_ms', 'p95_ms'])}`,
  });
}

function secrets(add: AddRequest): void {
  add({
    usage: 'secret <webhook-id>',
    description: 'reveal its signing secret; needs a key with the scope admin',
    ask: (api, [id]) => answer(api.POST('/api/v1/webhooks/{id}/secret', { params: { path: { id } } })),
    text: facts,
  });
  add({
    usage: 'rotate-secret <webhook-id>',
    description: 'give it a new signing secret, which is shown',
    options: [new Option('--overlap-hours <n>', 'how long the old one signs too; 0 when it has leaked').default('24')],
    ask: (api, [id], { overlapHours }: { overlapHours: string }) =>
      answer(
        api.POST('/api/v1/webhooks/{id}/secret/rotate', {
          params: { path: { id } },
          body: { overlap_hours: Number(overlapHours) },
        }),
      ),
    text: facts,
  });
}

function statusText({ name, status }: Pick<Schemas['Webhook'], 'name' | 'status'>): string {
  return `${JSON.stringify(name)} is ${status}`;
}

function retryText({ woken, replay, replayed, left }: Schemas['DeliveryRetry']): string {
  return [
    ...woken.map((uuid) => `${uuid}: its retry is made now`),
    ...replayed.map((uuid) => `${uuid}: is sent again by replay ${replay?.id ?? ''}`),
    ...left.map(({ event_uuid: uuid, because }) => `${uuid}: left alone, ${because.replaceAll('_', ' ')}`),
  ].join('\n');
}
