import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useSession } from '../session/session.tsx';
import { chooseTeam } from '../session/store.ts';

/** Only for people in several teams. */
export function TeamSelect(): ReactNode {
  const session = useSession();
  const navigate = useNavigate();
  if (session?.kind !== 'user' || session.teams.length < 2) {
    return null;
  }
  const change = (id: string | null): void => {
    if (id !== null) {
      chooseTeam(Number(id));
      void navigate('/');
    }
  };
  return (
    <Select
      aria-label="Team"
      size="xs"
      w={150}
      allowDeselect={false}
      value={String(session.teamId)}
      data={session.teams.map(({ id, name }) => ({ value: String(id), label: name }))}
      onChange={change}
    />
  );
}
