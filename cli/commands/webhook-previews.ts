import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answer, type BodyOf, type Schemas } from '../api.ts';
import { print } from '../output.ts';
import type { CommandContext } from '../register.ts';

type Preview = Schemas['WebhookPreview'];

const BECAUSE: Readonly<Record<NonNullable<Preview['example_because']>, string>> = {
  none_matches: 'no event of the last 7 days matches',
  search_timeout: 'the events of the last 7 days could not be searched in time',
  takes_no_events: 'its source is not events',
};

/** `sluice webhooks preview` */
export function previewCommand(webhooks: Command, { api }: CommandContext): void {
  webhooks
    .command('preview')
    .description('what a new webhook would send of the newest event that it takes; sends and stores nothing')
    .requiredOption('--file <json>', 'the webhook, as it would be sent to POST /webhooks')
    .option('--json', 'print one JSON object')
    .action(async ({ file, json }: { file: string; json?: boolean }) => {
      const body = JSON.parse(await readFile(file, 'utf8')) as BodyOf<'postWebhooksPreview'>;
      const preview = await answer(api().POST('/api/v1/webhooks/preview', { body }));
      print(json, preview, text(preview));
    });
}

function text({ event, example_because: because, request }: Preview): string {
  const what =
    because === null
      ? `${event.event} of ${event.distinct_id}, captured ${event.inserted_at ?? ''} (${event.uuid})`
      : `an example, ${event.event}: ${BECAUSE[because]}`;
  return [
    what,
    ...(request.refusal === null ? [] : [`it cannot be sent: ${request.refusal.message}`]),
    '',
    `${request.method} ${request.url}`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    request.body,
  ].join('\n');
}
