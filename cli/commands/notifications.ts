import { Option, type Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, requestCommands } from '../requests.ts';

interface Channel {
  id: string;
  kind: string;
  name: string;
  events: string[] | null;
  enabled: boolean;
}

interface Notice {
  created_at: string;
  event: string;
  title: string;
  sends: { status: string }[];
}

interface AddOptions {
  name: string;
  webhook?: string;
  slack?: string;
  email?: string;
  events?: string;
  json?: boolean;
}

/** `sluice notifications …` */
export function notificationCommands(program: Command, context: CommandContext): void {
  const notifications = program.command('notifications').description('who is told of what, and what was told');
  withPages(notifications.command('list').description('what your team was told, newest first'))
    .option('--json', 'print one JSON object')
    .action(async (options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<Notice>>(context.api(), '/notifications', options);
      const rows = page.items.map((item) => [
        ...[item.created_at, item.event, item.title],
        item.sends.map(({ status }) => status).join(', '),
      ]);
      print(options.json, page, table(['AT', 'EVENT', 'WHAT', 'SENT'], rows));
    });
  channelCommands(notifications.command('channels').description('where notifications go'), context);
}

function channelCommands(channels: Command, context: CommandContext): void {
  const { api } = context;
  withPages(channels.command('list').description('the channels of your team'), '100')
    .option('--json', 'print one JSON object')
    .action(async (options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<Channel>>(api(), '/notification-channels', options);
      print(options.json, page, table(['ID', 'KIND', 'NAME', 'EVENTS', 'ENABLED'], page.items.map(channelRow)));
    });
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
      const channel = await api()<Channel & { secret: string | null }>('POST', '/notification-channels', {
        ...{ name: options.name, ...target(options) },
        ...(options.events === undefined ? {} : { events: options.events.split(',') }),
      });
      const secret = channel.secret === null ? '' : `\nSigning secret, shown only now: ${channel.secret}`;
      print(options.json, channel, `Added ${channel.id}${secret}`);
    });
  requestCommands(channels, context, [
    {
      ...{ usage: 'change <channel-id>', description: 'what a channel is told', method: 'PATCH' },
      ...{ path: '/notification-channels/{}', text: facts },
      options: [
        new Option('--name <name>'),
        new Option('--events <events>', 'comma-separated; all: every event'),
        new Option('--enable').conflicts('disable'),
        new Option('--disable'),
      ],
      body: ({ name, events, enable, disable }) => ({
        ...(name === undefined ? {} : { name }),
        ...(events === undefined ? {} : { events: events === 'all' ? null : String(events).split(',') }),
        ...(enable === true || disable === true ? { enabled: enable === true } : {}),
      }),
    },
  ]);
  channels
    .command('test')
    .description('send a test through a channel')
    .argument('<channel-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: { json?: boolean }) => {
      const path = `/notification-channels/${encodeURIComponent(id)}/test`;
      const result = await api()<{ ok: boolean; error: { message: string; remedy: string | null } | null }>(
        'POST',
        path,
      );
      const text = result.error === null ? 'Sent.' : `${result.error.message}\n${result.error.remedy ?? ''}`;
      print(options.json, result, text);
      process.exitCode = result.ok ? 0 : 1;
    });
  channels
    .command('remove')
    .description('delete a channel')
    .argument('<channel-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: { json?: boolean }) => {
      await api()('DELETE', `/notification-channels/${encodeURIComponent(id)}`);
      print(options.json, { removed: id }, `Removed ${id}`);
    });
}

function channelRow({ id, kind, name, events, enabled }: Channel): (string | boolean)[] {
  return [id, kind, name, events?.join(', ') ?? 'all', enabled];
}

function target({ webhook, slack, email }: AddOptions): { kind: string; config: Record<string, unknown> } {
  const targets = [
    ...(webhook === undefined ? [] : [{ kind: 'webhook', config: { url: webhook } }]),
    ...(slack === undefined ? [] : [{ kind: 'slack', config: { url: slack } }]),
    ...(email === undefined ? [] : [{ kind: 'email', config: { to: email.split(',') } }]),
  ];
  const [one, ...others] = targets;
  if (one === undefined || others.length > 0) {
    throw new Error('name one of --webhook, --slack and --email');
  }
  return one;
}
