import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { MemberRole } from './member-role.tsx';
import { ResetPassword } from './reset-password.tsx';

type Member = Schemas['Member'];

export function MembersTab(): ReactNode {
  const api = useApi();
  const isOwner = useCan('admin');
  const list = usePages<Member>({
    key: ['members'],
    read: (query) => answer(api.GET('/api/v1/members', { params: { query } })),
  });
  return (
    <Stack>
      <SectionCard title="Members" actions={isOwner ? <Invite /> : undefined}>
        <DataTable
          label="Members"
          list={list}
          columns={isOwner ? [...COLUMNS, CHANGES] : COLUMNS}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No members" text="People join by an invitation, which an owner makes." />}
        />
      </SectionCard>
      {isOwner && <Invitations />}
    </Stack>
  );
}

const COLUMNS: readonly Column<Member>[] = [
  { title: 'Who', cell: (member) => <Who member={member} /> },
  { title: 'Role', cell: (member) => <MemberRole member={member} /> },
  { title: 'Last seen', cell: ({ last_seen_at: at }) => (at === null ? 'never' : <Time at={at} />), wide: true },
];

const CHANGES: Column<Member> = { title: '', cell: (member) => <Changes member={member} />, align: 'right' };

function Who({ member: { name, email } }: { member: Member }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm">{name}</Text>
      <Text size="xs" c="dimmed" className="break-anywhere">
        {email}
      </Text>
    </Stack>
  );
}

function Changes({ member }: { member: Member }): ReactNode {
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <ResetPassword member={member} />
      <RemoveMember member={member} />
    </Group>
  );
}

function RemoveMember({ member: { id, name } }: { member: Member }): ReactNode {
  const api = useApi();
  return (
    <RemoveButton
      label={`Remove ${name}`}
      title={`Remove ${name} from the team?`}
      text="What they have made stays, their API keys too."
      forget={['members']}
      remove={() => api.DELETE('/api/v1/members/{id}', { params: { path: { id } } })}
    />
  );
}
