import { Paper } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { Page } from '../../../parts/page.tsx';
import { Pending } from '../../../parts/pending.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useDestinationKinds, type DestinationKind } from '../data.ts';
import { ABOVE_DESTINATION } from '../destinations-page.tsx';
import { KindCards } from './kind-cards.tsx';
import { NewDestination } from './new-destination.tsx';

const HERE = '/exports/destinations/new';

/** A place that exports can choose later: its kind first. */
export function NewDestinationPage(): ReactNode {
  return (
    <Page
      title="New destination"
      subtitle="Checked and kept now; any export can go there later."
      above={ABOVE_DESTINATION}
    >
      <KindCards base={HERE} />
    </Page>
  );
}

export function NewDestinationOfKindPage(): ReactNode {
  const { kind: name = '' } = useParams();
  const { data: kinds, error } = useDestinationKinds();
  const kind = kinds?.find((one) => one.kind === name);
  return (
    <Page
      title={kind === undefined ? 'New destination' : `New destination: ${kind.title}`}
      subtitle={kind?.summary}
      above={[...ABOVE_DESTINATION, { to: HERE, label: 'New destination' }]}
    >
      {kinds === undefined && <Pending error={error} />}
      {kinds !== undefined && kind === undefined && (
        <ProblemAlert error={new Error(`There is no destination of the kind ${name}.`)} />
      )}
      {kind && <Form key={kind.kind} kind={kind} />}
    </Page>
  );
}

function Form({ kind }: { kind: DestinationKind }): ReactNode {
  const navigate = useNavigate();
  return (
    <Paper withBorder p="lg" maw={720}>
      <NewDestination
        kind={kind}
        action="Create the destination"
        onCreated={(id) => {
          notifications.show({ message: 'The destination is created. Exports can choose it now.' });
          void navigate(`/exports/destinations/${id}`);
        }}
      />
    </Paper>
  );
}
