import type { ReactNode } from 'react';
import { Text } from '@mantine/core';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';

type Invitation = Schemas['Invitation'];

/** Those that wait to be accepted. */
export function Invitations(): ReactNode {
  const api = useApi();
  const list = usePages<Invitation>({
    key: ['invitations'],
    read: (query) => answer(api.GET('/api/v1/invitations', { params: { query } })),
  });
  return (
    <SectionCard title="Invitations">
      <DataTable
        label="Invitations"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <Text size="sm" c="dimmed">
            None waits to be accepted.
          </Text>
        }
      />
    </SectionCard>
  );
}

const COLUMNS: readonly Column<Invitation>[] = [
  { title: 'E-mail', cell: ({ email }) => email ?? 'whoever has the first link' },
  { title: 'Role', cell: ({ role }) => role },
  { title: 'Expires', cell: ({ expires_at }) => <Time at={expires_at} /> },
  { title: '', cell: (invitation) => <TakeBack invitation={invitation} />, align: 'right' },
];

function TakeBack({ invitation: { id, email } }: { invitation: Invitation }): ReactNode {
  const api = useApi();
  return (
    <RemoveButton
      label={`Take back the invitation of ${email ?? 'the first link'}`}
      title="Take the invitation back?"
      text="Its link stops working at once."
      action="Take it back"
      forget={['invitations']}
      remove={() => api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })}
    />
  );
}
