import { Select, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { RemoveButton } from './remove-button.tsx';

type Member = Schemas['Member'];
export type Role = Member['role'];

export const ROLES: readonly { value: Role; label: string; can: string }[] = [
  { value: 'viewer', label: 'Viewer', can: 'looks' },
  { value: 'editor', label: 'Editor', can: 'looks and changes' },
  { value: 'owner', label: 'Owner', can: 'everything, with members, keys and secrets' },
];

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
          columns={isOwner ? [...COLUMNS, REMOVE] : COLUMNS}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No members" text="People join by an invitation, which an owner makes." />}
        />
      </SectionCard>
      {isOwner && <Invitations />}
    </Stack>
  );
}

const COLUMNS: readonly Column<Member>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'E-mail', cell: ({ email }) => email },
  { title: 'Role', cell: (member) => <RoleCell member={member} /> },
  { title: 'Last seen', cell: ({ last_seen_at: at }) => (at === null ? 'never' : <Time at={at} />), wide: true },
];

const REMOVE: Column<Member> = { title: '', cell: (member) => <RemoveMember member={member} />, align: 'right' };

function RoleCell({ member: { id, name, role } }: { member: Member }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const isOwner = useCan('admin');
  const change = async (wanted: Role): Promise<void> => {
    setError(undefined);
    await api.PATCH('/api/v1/members/{id}', { params: { path: { id } }, body: { role: wanted } }).catch(setError);
    await queries.invalidateQueries({ queryKey: ['members'] });
  };
  if (!isOwner) {
    return role;
  }
  return (
    <Stack gap="xs">
      <Select
        aria-label={`Role of ${name}`}
        size="xs"
        w={120}
        allowDeselect={false}
        data={ROLES.map(({ value, label }) => ({ value, label }))}
        value={role}
        onChange={(value) => {
          if (value !== null) {
            void change(value);
          }
        }}
      />
      {error !== undefined && <ProblemAlert error={error} />}
    </Stack>
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
