import { Option, type Command } from 'commander';
import { answer, type BodyOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, requestsOf } from '../requests.ts';

type Channel = Schemas['NotificationChannel'];
type Events = NonNullable<Channel['events']>;

interface AddOptions {
  name: string;
  webhook?: string;
  slack?: string;
  email?: string;
  events?: string;
  json?: boolean;
}

interface ChangeOptions {
  name?: string;
  events?: string;
  enable?: boolean;
  disable?: boolean;
}

/** `sluice notifications …` */
export function notificationCommands(program: Command, context: CommandContext): void {
  const notifications = program.command('notifications').description('who is told of what, and what was told');
  requestsOf(
    notifications,
    context,
  )({
    usage: 'list',
    description: 'what your team was told, newest first',
    options: pageOptions(),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/notifications', { params: { query } }))),
    text: ({ items }) => noticesText(items),
  });
  channelCommands(notifications.command('channels').description('where notifications go'), context);
}

function channelCommands(channels: Command, context: CommandContext): void {
  const add = requestsOf(channels, context);
  add({
    usage: 'list',
    description: 'the channels of your team',
    options: pageOptions('100'),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/notification-channels', { params: { query } }))),
    text: ({ items }) => table(['ID', 'KIND', 'NAME', 'EVENTS', 'ENABLED'], items.map(channelRow)),
  });
  addCommand(channels, context);
  add({
    usage: 'change <channel-id>',
    description: 'what a channel is told',
    options: [
      new Option('--name <name>'),
      new Option('--events <events>', 'comma-separated; all: every event'),
      new Option('--enable').conflicts('disable'),
      new Option('--disable'),
    ],
    ask: (api, [id], { name, events, enable, disable }: ChangeOptions) => {
      const enabled = enable === true || disable === true ? enable === true : undefined;
      const body = defined({ name, enabled, events: events === 'all' ? null : eventsOf(events) });
      return answer(api.PATCH('/api/v1/notification-channels/{id}', { params: { path: { id } }, body }));
    },
    text: facts,
  });
  testCommand(channels, context);
  add({
    usage: 'remove <channel-id>',
    description: 'delete a channel',
    ask: async (api, [id]) => {
      await api.DELETE('/api/v1/notification-channels/{id}', { params: { path: { id } } });
      return { removed: id };
    },
    text: ({ removed }) => `Removed ${removed}`,
  });
}

function addCommand(channels: Command, { api }: CommandContext): void {
  channels
    .command('add')
    .description('add a channel: one of --webhook, --slack and --email')
    .requiredOption('--name <name>', 'shown in lists')
    .option('--webhook <url>', 'signed requests as Standard Webhooks says')
    .option('--slack <url>', 'an incoming webhook of Slack')
    .option('--email <addresses>', 'comma-separated')
    .option('--events <events>', 'comma-separated; left out: every event')
    .option('--json', 'print one JSON object')
    .action(async (options: AddOptions) => {
      const channel = await answer(api().POST('/api/v1/notification-channels', { body: bodyOf(options) }));
      const secret = channel.secret === null ? '' : `\nSigning secret, shown only now: ${channel.secret}`;
      print(options.json, channel, `Added ${channel.id}${secret}`);
    });
}

function testCommand(channels: Command, { api }: CommandContext): void {
  channels
    .command('test')
    .description('send a test through a channel')
    .argument('<channel-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: { json?: boolean }) => {
      const result = await answer(api().POST('/api/v1/notification-channels/{id}/test', { params: { path: { id } } }));
      const text = result.error === null ? 'Sent.' : `${result.error.message}\n${result.error.remedy ?? ''}`;
      print(options.json, result, text);
      process.exitCode = result.ok ? 0 : 1;
    });
}

function noticesText(notices: readonly Schemas['Notification'][]): string {
  const rows = notices.map((item) => [
    ...[item.created_at, item.event, item.title],
    item.sends.map(({ status }) => status).join(', '),
  ]);
  return table(['AT', 'EVENT', 'WHAT', 'SENT'], rows);
}

function channelRow({ id, kind, name, events, enabled }: Channel): (string | boolean)[] {
  return [id, kind, name, events?.join(', ') ?? 'all', enabled];
}

/** The API says which there are. */
function eventsOf(said: string | undefined): Events | undefined {
  return said?.split(',') as Events | undefined;
}

function bodyOf({ name, webhook, slack, email, events }: AddOptions): BodyOf<'postNotificationChannels'> {
  const settings = { name, ...defined({ events: eventsOf(events) }) };
  const [one, ...others] = [
    ...(webhook === undefined ? [] : [{ ...settings, kind: 'webhook' as const, config: { url: webhook } }]),
    ...(slack === undefined ? [] : [{ ...settings, kind: 'slack' as const, config: { url: slack } }]),
    ...(email === undefined ? [] : [{ ...settings, kind: 'email' as const, config: { to: email.split(',') } }]),
  ];
  if (one === undefined || others.length > 0) {
    throw new Error('name one of --webhook, --slack and --email');
  }
  return one;
}
