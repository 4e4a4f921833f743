import { Select, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi, useCan, useSession } from '../../session/session.tsx';
import { ROLES, type Role } from './roles.ts';

type Member = Schemas['Member'];

/** What a member may do. Owners choose another role, which is asked about first: it counts at once. */
export function MemberRole({ member }: { member: Member }): ReactNode {
  const [wanted, setWanted] = useState<Role>();
  if (!useCan('admin')) {
    return member.role;
  }
  return (
    <>
      <Select
        aria-label={`Role of ${member.name}`}
        size="xs"
        w={120}
        allowDeselect={false}
        data={ROLES.map(({ value, label }) => ({ value, label }))}
        value={member.role}
        onChange={(value) => {
          setWanted(value === null || value === member.role ? undefined : value);
        }}
      />
      {wanted !== undefined && (
        <ChangeRole
          member={member}
          wanted={wanted}
          onClose={() => {
            setWanted(undefined);
          }}
        />
      )}
    </>
  );
}

interface ChangeProps {
  member: Member;
  wanted: Role;
  onClose: () => void;
}

function ChangeRole({ member: { id, name, email }, wanted, onClose }: ChangeProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const session = useSession();
  const isSelf = session?.kind === 'user' && session.user.email === email;
  const role = ROLES.find(({ value }) => value === wanted);
  const change = async (): Promise<void> => {
    await api.PATCH('/api/v1/members/{id}', { params: { path: { id } }, body: { role: wanted } });
    await queries.invalidateQueries({ queryKey: ['members'] });
  };
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Make ${name} ${role?.withArticle ?? wanted}?`}
      action="Change the role"
      danger={isSelf}
      onConfirm={change}
    >
      <Text size="sm">{role?.can}</Text>
      {isSelf && <Text size="sm">This is you: only another owner can give you your role back.</Text>}
    </Confirm>
  );
}
