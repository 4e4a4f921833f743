import { Select, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { ChangedElsewhere } from '../../edits/changed-elsewhere.tsx';
import { useGuardedSave } from '../../edits/use-guarded-save.ts';
import { useSeen } from '../../edits/use-seen.ts';
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

const ACTION = 'Change the role';

interface ChangeProps {
  member: Member;
  wanted: Role;
  onClose: () => void;
}

/** Whoever takes the role that somebody else has given meanwhile has nothing left to change. */
function ChangeRole({ member, wanted, onClose }: ChangeProps): ReactNode {
  const { id, name, email } = member;
  const api = useApi();
  const guarded = useGuardedSave(['members']);
  const seen = useSeen(member);
  const session = useSession();
  const isSelf = session?.kind === 'user' && session.user.email === email;
  const role = ROLES.find(({ value }) => value === wanted);
  const request = { params: { path: { id } }, headers: seen.ifMatch, body: { role: wanted } };
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Make ${name} ${role?.withArticle ?? wanted}?`}
      action={ACTION}
      danger={isSelf}
      onConfirm={() => guarded(() => api.PATCH('/api/v1/members/{id}', request))}
    >
      <Text size="sm">{role?.can}</Text>
      {isSelf && <Text size="sm">This is you: only another owner can give you your role back.</Text>}
      <ChangedElsewhere seen={{ ...seen, take: onClose }} current={member} action={ACTION} />
    </Confirm>
  );
}
