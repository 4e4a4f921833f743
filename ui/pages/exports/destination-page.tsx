import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { SettingsHistory } from '../../parts/settings-history.tsx';
import { TemporalHistory } from '../../parts/temporal-history.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { useDestination, useDestinationKinds, useExports, type Destination } from './data.ts';
import { DeleteDestination } from './delete-destination.tsx';
import { DestinationSettings } from './destination-settings.tsx';
import { ABOVE_DESTINATION } from './destinations-page.tsx';
import { ExportsTable } from './exports-table.tsx';

export function DestinationPage(): ReactNode {
  const { id = '' } = useParams();
  const { data, error } = useDestination(id);
  const kind = useDestinationKinds().data?.find((one) => one.kind === data?.kind);
  if (data === undefined || kind === undefined) {
    return (
      <Page title="Destination" above={ABOVE_DESTINATION}>
        <Pending error={error} />
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      subtitle={`${kind.title}: ${kind.summary}`}
      above={ABOVE_DESTINATION}
      actions={<Actions destination={data} />}
    >
      <Stack>
        <DestinationSettings key={data.id} destination={data} kind={kind} />
        <SectionCard title="Exports into it">
          <ExportsInto destinationId={data.id} />
        </SectionCard>
        <History destination={data} />
        <TemporalHistory id={data.id} />
      </Stack>
    </Page>
  );
}

function Actions({ destination }: { destination: Destination }): ReactNode {
  const [opened, { open, close }] = useDisclosure();
  if (!useCan('write')) {
    return null;
  }
  return (
    <>
      <Button component={Link} to={`/exports/new/${destination.kind}?destination=${destination.id}`}>
        New export into it
      </Button>
      <Button variant="default" c="var(--mantine-color-error)" onClick={open}>
        Delete
      </Button>
      {opened && <DeleteDestination destination={destination} onClose={close} />}
    </>
  );
}

function History({ destination: { id, version } }: { destination: Destination }): ReactNode {
  const api = useApi();
  return (
    <SettingsHistory
      queryKey={['destination', id, 'versions', version]}
      read={(query) => answer(api.GET('/api/v1/destinations/{id}/versions', { params: { path: { id }, query } }))}
    />
  );
}

function ExportsInto({ destinationId }: { destinationId: string }): ReactNode {
  const list = useExports({ destination_id: destinationId });
  return <ExportsTable list={list} empty={<Text c="dimmed">None: a new export may choose it.</Text>} />;
}
