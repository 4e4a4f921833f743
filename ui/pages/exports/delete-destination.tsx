import { Checkbox, List, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { count } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import type { Destination } from './data.ts';

interface Props {
  destination: Destination;
  onClose: () => void;
}

/** Says what deleting does, from the API's own plan. Exports into it go only when that was ticked. */
export function DeleteDestination({ destination: { id, name }, onClose }: Props): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [withExports, setWithExports] = useState(false);
  const params = { path: { id } };
  const plan = useQuery({
    queryKey: ['destination', id, 'deletion-plan'],
    queryFn: () => answer(api.GET('/api/v1/destinations/{id}/deletion-plan', { params })),
  });
  const remove = async (): Promise<void> => {
    const query = { with_exports: withExports ? 'true' : 'false' } as const;
    await api.DELETE('/api/v1/destinations/{id}', { params: { ...params, query } });
    await navigate('/exports/destinations');
    queries.removeQueries({ queryKey: ['destination', id] });
    await Promise.all(['destinations', 'exports'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    notifications.show({ message: `${name} is deleted.` });
  };
  return (
    <Confirm opened onClose={onClose} title={`Delete ${name}?`} action="Delete" danger typed={name} onConfirm={remove}>
      {plan.error !== null && <ProblemAlert error={plan.error} />}
      {plan.data === undefined && plan.error === null && <Loader size="sm" aria-label="Loading the plan" />}
      {plan.data !== undefined && <Plan plan={plan.data} />}
      {plan.data?.needs_with_exports === true && (
        <Checkbox
          label={`Also delete the exports into it: ${plan.data.exports.map((one) => one.name).join(', ')}`}
          checked={withExports}
          onChange={(event) => {
            setWithExports(event.currentTarget.checked);
          }}
        />
      )}
    </Confirm>
  );
}

function Plan({ plan }: { plan: Schemas['DestinationDeletion'] }): ReactNode {
  const openRuns = plan.exports.reduce((sum, one) => sum + one.open_runs.length, 0);
  return (
    <>
      <List size="sm">
        <List.Item>Its settings and secrets are forgotten as soon as no run needs them.</List.Item>
        {plan.needs_with_exports && (
          <List.Item>
            Exports into it: {count(plan.exports.length)}, with {count(openRuns)} open runs, which are cancelled.
          </List.Item>
        )}
      </List>
      <Text size="sm">What was exported stays where it is; Sluice never removes it.</Text>
    </>
  );
}
