import { Option, type Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, listed, requestsOf } from '../requests.ts';

type Role = Schemas['Member']['role'];
type Scopes = Schemas['ApiKey']['scopes'];

const ROLES: readonly Role[] = ['owner', 'editor', 'viewer'];

interface JsonOption {
  json?: boolean;
}

/** `sluice keys`, `sluice members` and `sluice audit`: they need a key with the scope admin. */
export function accessCommands(program: Command, context: CommandContext): void {
  keyCommands(program.command('keys').description('API keys of your team'), context);
  memberCommands(program.command('members').description('people of your team'), context);
  requestsOf(
    program,
    context,
  )({
    usage: 'audit',
    description: 'who changed what, newest first',
    options: [...pageOptions(), new Option('--resource <name>', 'such as exports')],
    ask: (api, _given, { resource, ...options }: PageOptions & { resource?: string }) =>
      readPage(options, (page) => {
        const query = { ...page, ...defined({ resource }) };
        return answer(api.GET('/api/v1/audit-log', { params: { query } }));
      }),
    text: ({ items }) => auditText(items),
  });
}

function auditText(items: readonly Schemas['AuditEntry'][]): string {
  const rows = items.map((item) => [
    ...[item.at, item.actor.name, item.action, item.resource_id],
    item.changes.map(({ field }) => field).join(', '),
  ]);
  return table(['AT', 'WHO', 'WHAT', 'ID', 'FIELDS'], rows);
}

function keyCommands(keys: Command, context: CommandContext): void {
  const add = requestsOf(keys, context);
  add({
    usage: 'change <key-id>',
    description: 'what a key is called and may do',
    options: [
      new Option('--name <name>'),
      new Option('--scopes <scopes>', 'comma-separated: read, write, hooks, admin'),
      new Option('--expires <time>', 'RFC 3339; never: it does not'),
    ],
    ask: (api, [id], { name, scopes, expires }: { name?: string; scopes?: string; expires?: string }) =>
      answer(
        api.PATCH('/api/v1/api-keys/{id}', {
          params: { path: { id } },
          body: defined({
            name,
            scopes: scopes?.split(',') as Scopes | undefined,
            expires_at: expires === 'never' ? null : expires,
          }),
        }),
      ),
    text: facts,
  });
  add({
    usage: 'list',
    description: 'without the keys themselves',
    options: pageOptions('100'),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/api-keys', { params: { query } }))),
    text: ({ items }) =>
      table(
        ['ID', 'NAME', 'BEGINS', 'ROLE', 'SCOPES', 'EXPIRES', 'LAST USED'],
        items.map((key) => [
          ...[key.id, key.name, key.prefix, key.role, key.scopes.join(', ')],
          ...[key.expires_at, key.last_used_at],
        ]),
      ),
  });
  createKeyCommand(keys, context);
  add({
    usage: 'revoke <key-id>',
    description: 'end a key at once',
    ask: async (api, [id]) => {
      await api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } });
      return { revoked: id };
    },
    text: ({ revoked }) => `Revoked ${revoked}`,
  });
}

function createKeyCommand(keys: Command, { api }: CommandContext): void {
  keys
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices(ROLES).default('editor'))
    .option('--scopes <scopes>', 'comma-separated: read, write, hooks, admin', 'read,write')
    .option('--expires <time>', 'such as 2027-01-01T00:00:00Z; left out: never')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { name: string; role: Role; scopes: string; expires?: string }) => {
      const { name, role, scopes, expires } = options;
      const body = { name, role, scopes: scopes.split(',') as Scopes, ...defined({ expires_at: expires }) };
      const key = await answer(api().POST('/api/v1/api-keys', { body }));
      print(options.json, key, `Created ${key.id}\nThe key, shown only now: ${key.key}`);
    });
}

function memberCommands(members: Command, context: CommandContext): void {
  const add = requestsOf(members, context);
  add({
    usage: 'invitations',
    description: 'who is invited',
    options: pageOptions(),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/invitations', { params: { query } }))),
    text: ({ items }) => listed(items, ['id', 'email', 'role', 'expires_at']),
  });
  add({
    usage: 'uninvite <invitation-id>',
    description: 'take an invitation back',
    ask: async (api, [id]) => {
      await api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } });
      return {};
    },
    text: (_answer, [id]) => `Taken back: ${id}`,
  });
  add({
    usage: 'reset-password <member-id>',
    description: 'a link with which a member sets a new password',
    ask: (api, [id]) => answer(api.POST('/api/v1/members/{id}/password-reset', { params: { path: { id } } })),
    text: ({ sent_to: to, url, expires_at: at }) =>
      url === null ? `Sent to ${to ?? 'the member'}` : `Good once, until ${at}: ${url}`,
  });
  add({
    usage: 'list',
    description: 'who may do what',
    options: pageOptions('100'),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/members', { params: { query } }))),
    text: ({ items }) =>
      table(
        ['ID', 'E-MAIL', 'NAME', 'ROLE', 'LAST SEEN'],
        items.map(({ id, email, name, role, last_seen_at: seen }) => [id, email, name, role, seen]),
      ),
  });
  changeMembers(members, context);
  add({
    usage: 'remove <member-id>',
    description: 'take somebody out of the team',
    ask: async (api, [id]) => {
      await api.DELETE('/api/v1/members/{id}', { params: { path: { id } } });
      return { removed: id };
    },
    text: ({ removed }) => `Removed ${removed}`,
  });
}

function changeMembers(members: Command, { api }: CommandContext): void {
  members
    .command('invite')
    .description('print a link with which somebody becomes a member')
    .requiredOption('--email <address>')
    .addOption(new Option('--role <role>').choices(ROLES).default('viewer'))
    .option('--json', 'print one JSON object')
    .action(async ({ json, email, role }: JsonOption & { email: string; role: Role }) => {
      const invitation = await answer(api().POST('/api/v1/invitations', { body: { email, role } }));
      print(json, invitation, `Good once, for a week: ${invitation.url}`);
    });
  members
    .command('role')
    .description('change what a member may do')
    .argument('<member-id>')
    .argument('<role>', ROLES.join(', '))
    .option('--json', 'print one JSON object')
    .action(async (id: string, role: Role, options: JsonOption) => {
      const member = await answer(api().PATCH('/api/v1/members/{id}', { params: { path: { id } }, body: { role } }));
      print(options.json, member, `${member.email} is ${member.role} now`);
    });
}
