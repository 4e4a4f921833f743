import { Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { ChangeKey } from './change-key.tsx';
import { NewKey } from './new-key.tsx';

type ApiKey = Schemas['ApiKey'];

export function KeysTab(): ReactNode {
  const api = useApi();
  const list = usePages<ApiKey>({
    key: ['api-keys'],
    read: (query) => answer(api.GET('/api/v1/api-keys', { params: { query } })),
  });
  return (
    <SectionCard title="API keys" actions={<NewKey />}>
      <DataTable
        label="API keys"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title="No keys"
            text="Programs and the command line use a key. Give each its own, with no more rights than it needs."
          />
        }
      />
    </SectionCard>
  );
}

const COLUMNS: readonly Column<ApiKey>[] = [
  { title: 'Name', cell: (key) => <Name apiKey={key} /> },
  { title: 'Begins with', cell: ({ prefix }) => <Code c="inherit">{prefix}…</Code>, wide: true },
  {
    title: 'May',
    cell: ({ scopes, role }) => (
      <Group gap={4}>
        {scopes.join(', ')} as {role}
      </Group>
    ),
  },
  { title: 'Last used', cell: ({ last_used_at: at }) => (at === null ? 'never' : <Time at={at} />), wide: true },
  { title: 'Expires', cell: ({ expires_at: at }) => (at === null ? 'never' : <Time at={at} />), wide: true },
  { title: '', cell: (key) => <Changes apiKey={key} />, align: 'right' },
];

/** Where there is little room, with its last use: what changes it is in sight. */
function Name({ apiKey: { name, last_used_at: at } }: { apiKey: ApiKey }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm" className="break-anywhere">
        {name}
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
        {at === null ? 'never used' : <Used at={at} />}
      </Text>
    </Stack>
  );
}

function Used({ at }: { at: string }): ReactNode {
  return (
    <>
      used <Time at={at} />
    </>
  );
}

/** One below the other where there is little room. */
function Changes({ apiKey }: { apiKey: ApiKey }): ReactNode {
  return (
    <Group gap={4} justify="flex-end">
      <ChangeKey apiKey={apiKey} />
      <Revoke apiKey={apiKey} />
    </Group>
  );
}

function Revoke({ apiKey: { id, name } }: { apiKey: ApiKey }): ReactNode {
  const api = useApi();
  return (
    <RemoveButton
      label={`Revoke ${name}`}
      title={`Revoke ${name}?`}
      text="Whatever uses it is refused from then on."
      action="Revoke"
      forget={['api-keys']}
      remove={() => api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })}
    />
  );
}
