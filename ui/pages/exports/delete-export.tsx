import { List, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { bytes, count } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { useForgetExport, type ExportDetail } from './data.ts';

/** Says what deleting does, from the API's own plan, and then does just that. */
export function DeleteExport({ detail, onClose }: { detail: ExportDetail; onClose: () => void }): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const { id, name } = detail;
  const forget = useForgetExport(id);
  const params = { params: { path: { id } } };
  const plan = useQuery({
    queryKey: ['export', id, 'deletion-plan'],
    queryFn: () => answer(api.GET('/api/v1/exports/{id}/deletion-plan', params)),
  });
  const remove = async (): Promise<void> => {
    await api.DELETE('/api/v1/exports/{id}', params);
    await navigate('/exports');
    await forget();
    notifications.show({ message: `${name} is deleted.` });
  };
  return (
    <Confirm opened onClose={onClose} title={`Delete ${name}?`} action="Delete" danger typed={name} onConfirm={remove}>
      {plan.error !== null && <ProblemAlert error={plan.error} />}
      {plan.data === undefined ? <Loader size="sm" aria-label="Loading the plan" /> : <Plan plan={plan.data} />}
    </Confirm>
  );
}

function Plan({ plan }: { plan: Schemas['ExportDeletion'] }): ReactNode {
  const { left_behind: left } = plan;
  return (
    <>
      <List size="sm">
        <List.Item>Its schedule ends.</List.Item>
        <List.Item>{count(plan.open_runs.length)} open runs are cancelled and clean up after themselves.</List.Item>
        <List.Item>{count(plan.unexported_intervals)} due intervals are given up.</List.Item>
      </List>
      <Text size="sm">
        {count(left.rows)} rows ({bytes(left.bytes)}) in {left.destination_name} stay where they are; Sluice never
        removes them.
      </Text>
    </>
  );
}
