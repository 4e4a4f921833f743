import { Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../api-client/index.ts';
import { useSession } from '../session/session.tsx';
import { ProblemAlert } from './problem-alert.tsx';

/** In place of what a page is about, until it is there or cannot be had. */
export function Pending({ error }: { error: unknown }): ReactNode {
  return error === null || error === undefined ? (
    <Loader aria-label="Loading" />
  ) : (
    <Stack>
      <ProblemAlert error={error} />
      {error instanceof ApiProblem && error.status === 404 && <OtherTeam />}
    </Stack>
  );
}

/** Addresses name no team: what a colleague has sent may belong to another one. */
function OtherTeam(): ReactNode {
  const session = useSession();
  const teams = session?.kind === 'user' ? session.teams : [];
  const shown = teams.find(({ id }) => session?.kind === 'user' && id === session.teamId);
  return teams.length < 2 ? null : (
    <Text size="sm">
      You are looking at {shown?.name ?? 'no team'}. If it belongs to another team of yours, choose that at the top and
      open the link again.
    </Text>
  );
}
