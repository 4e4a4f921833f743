import { Option, type Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, listed, requestCommands } from '../requests.ts';

const ROLES = ['owner', 'editor', 'viewer'];

interface Key {
  id: string;
  name: string;
  prefix: string;
  role: string;
  scopes: string[];
  expires_at: string | null;
  last_used_at: string | null;
}

interface Member {
  id: string;
  email: string;
  name: string;
  role: string;
  last_seen_at: string | null;
}

interface PasswordReset {
  sent_to: string | null;
  url: string | null;
  expires_at: string;
}

interface Entry {
  at: string;
  actor: { kind: string; name: string };
  action: string;
  resource_id: string | null;
  changes: { field: string }[];
}

interface JsonOption {
  json?: boolean;
}

type ListOptions = JsonOption & PageOptions;

/** `sluice keys`, `sluice members` and `sluice audit`: they need a key with the scope admin. */
export function accessCommands(program: Command, context: CommandContext): void {
  keyCommands(program.command('keys').description('API keys of your team'), context);
  memberCommands(program.command('members').description('people of your team'), context);
  withPages(program.command('audit').description('who changed what, newest first'))
    .option('--resource <name>', 'such as exports')
    .option('--json', 'print one JSON object')
    .action(async (options: ListOptions & { resource?: string }) => {
      const { resource } = options;
      const query = resource === undefined ? {} : { resource };
      const page = await readPage<PageOf<Entry>>(context.api(), '/audit-log', options, query);
      const rows = page.items.map((item) => [
        ...[item.at, item.actor.name, item.action, item.resource_id],
        item.changes.map(({ field }) => field).join(', '),
      ]);
      print(options.json, page, table(['AT', 'WHO', 'WHAT', 'ID', 'FIELDS'], rows));
    });
}

function keyCommands(keys: Command, context: CommandContext): void {
  const { api } = context;
  requestCommands(keys, context, [
    {
      ...{ usage: 'change <key-id>', description: 'what a key is called and may do', method: 'PATCH' },
      ...{ path: '/api-keys/{}', text: facts },
      options: [
        new Option('--name <name>'),
        new Option('--scopes <scopes>', 'comma-separated: read, write, hooks, admin'),
        new Option('--expires <time>', 'RFC 3339; never: it does not'),
      ],
      body: ({ name, scopes, expires }) => ({
        ...(name === undefined ? {} : { name }),
        ...(scopes === undefined ? {} : { scopes: String(scopes).split(',') }),
        ...(expires === undefined ? {} : { expires_at: expires === 'never' ? null : expires }),
      }),
    },
  ]);
  withPages(keys.command('list').description('without the keys themselves'), '100')
    .option('--json', 'print one JSON object')
    .action(async (options: ListOptions) => {
      const page = await readPage<PageOf<Key>>(api(), '/api-keys', options);
      const rows = page.items.map((key) => [
        ...[key.id, key.name, key.prefix, key.role, key.scopes.join(', ')],
        ...[key.expires_at, key.last_used_at],
      ]);
      print(options.json, page, table(['ID', 'NAME', 'BEGINS', 'ROLE', 'SCOPES', 'EXPIRES', 'LAST USED'], rows));
    });
  keys
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices(ROLES).default('editor'))
    .option('--scopes <scopes>', 'comma-separated: read, write, hooks, admin', 'read,write')
    .option('--expires <time>', 'such as 2027-01-01T00:00:00Z; left out: never')
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { name: string; role: string; scopes: string; expires?: string }) => {
      const key = await api()<Key & { key: string }>('POST', '/api-keys', {
        ...{ name: options.name, role: options.role, scopes: options.scopes.split(',') },
        ...(options.expires === undefined ? {} : { expires_at: options.expires }),
      });
      print(options.json, key, `Created ${key.id}\nThe key, shown only now: ${key.key}`);
    });
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<key-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: JsonOption) => {
      await api()('DELETE', `/api-keys/${encodeURIComponent(id)}`);
      print(options.json, { revoked: id }, `Revoked ${id}`);
    });
}

function memberCommands(members: Command, context: CommandContext): void {
  const { api } = context;
  requestCommands(members, context, [
    {
      ...{ usage: 'invitations', description: 'who is invited', path: '/invitations' },
      ...{ paged: true, text: listed(['id', 'email', 'role', 'expires_at']) },
    },
    {
      ...{ usage: 'uninvite <invitation-id>', description: 'take an invitation back', method: 'DELETE' },
      ...{ path: '/invitations/{}', text: (_answer, [id = '']) => `Taken back: ${id}` },
    },
    {
      ...{ usage: 'reset-password <member-id>', description: 'a link with which a member sets a new password' },
      ...{ method: 'POST', path: '/members/{}/password-reset' },
      text: (answer) => {
        const { sent_to: to, url, expires_at: at } = answer as unknown as PasswordReset;
        return url === null ? `Sent to ${to ?? 'the member'}` : `Good once, until ${at}: ${url}`;
      },
    },
  ]);
  withPages(members.command('list').description('who may do what'), '100')
    .option('--json', 'print one JSON object')
    .action(async (options: ListOptions) => {
      const page = await readPage<PageOf<Member>>(api(), '/members', options);
      const rows = page.items.map(({ id, email, name, role, last_seen_at: seen }) => [id, email, name, role, seen]);
      print(options.json, page, table(['ID', 'E-MAIL', 'NAME', 'ROLE', 'LAST SEEN'], rows));
    });
  members
    .command('invite')
    .description('print a link with which somebody becomes a member')
    .requiredOption('--email <address>')
    .addOption(new Option('--role <role>').choices(ROLES).default('viewer'))
    .option('--json', 'print one JSON object')
    .action(async ({ json, ...body }: JsonOption & { email: string; role: string }) => {
      const invitation = await api()<{ url: string }>('POST', '/invitations', body);
      print(json, invitation, `Good once, for a week: ${invitation.url}`);
    });
  members
    .command('role')
    .description('change what a member may do')
    .argument('<member-id>')
    .argument('<role>', ROLES.join(', '))
    .option('--json', 'print one JSON object')
    .action(async (id: string, role: string, options: JsonOption) => {
      const member = await api()<Member>('PATCH', `/members/${encodeURIComponent(id)}`, { role });
      print(options.json, member, `${member.email} is ${member.role} now`);
    });
  members
    .command('remove')
    .description('take somebody out of the team')
    .argument('<member-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: JsonOption) => {
      await api()('DELETE', `/members/${encodeURIComponent(id)}`);
      print(options.json, { removed: id }, `Removed ${id}`);
    });
}
