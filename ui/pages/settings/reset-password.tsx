import { ActionIcon, Modal, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { useApi } from '../../session/session.tsx';

type Member = Schemas['Member'];

/** Lets a member who has forgotten the password set a new one, after a question. */
export function ResetPassword({ member }: { member: Member }): ReactNode {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`New password for ${member.name}`}
        onClick={() => {
          setOpened(true);
        }}
      >
        <IconKey size={16} />
      </ActionIcon>
      {opened && (
        <Modal
          opened
          onClose={() => {
            setOpened(false);
          }}
          title={`Let ${member.name} set a new password?`}
          closeOnClickOutside={false}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <Ask member={member} />
        </Modal>
      )}
    </>
  );
}

/** The link is shown once, where it is not sent. */
function Ask({ member: { id, name, email } }: { member: Member }): ReactNode {
  const api = useApi();
  const [made, setMade] = useState<Schemas['PasswordReset']>();
  const make = async (): Promise<void> => {
    setMade(await answer(api.POST('/api/v1/members/{id}/password-reset', { params: { path: { id } } })));
  };
  if (made !== undefined) {
    return made.url === null ? (
      <Text size="sm" role="status">
        A link is on its way to {email}.
      </Text>
    ) : (
      <Stack>
        <Text size="sm">Pass this link on to {name}. It is good once, for a few hours, and shown only here.</Text>
        <Copyable text={made.url} label="Copy the link" />
      </Stack>
    );
  }
  return (
    <SubmitForm action="Make a link" beginsAtButtons onSubmit={make}>
      <Text size="sm">The password of now stays until the link is used. Then all sessions of {name} end.</Text>
    </SubmitForm>
  );
}
