import { ActionIcon, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Confirm } from './confirm.tsx';

interface Props {
  label: string;
  title: string;
  /** What follows. */
  text: string;
  /** The verb of the title. */
  action?: string;
  /** The query that is asked again afterwards. */
  forget: readonly unknown[];
  remove: () => Promise<unknown>;
}

/** Removes one row of a list, after a question. */
export function RemoveButton({ label, title, text, action = 'Remove', forget, remove }: Props): ReactNode {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const confirm = async (): Promise<void> => {
    await remove();
    await queries.invalidateQueries({ queryKey: forget });
  };
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => {
          setOpened(true);
        }}
      >
        <IconTrash size={16} />
      </ActionIcon>
      <Confirm
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        title={title}
        action={action}
        danger
        onConfirm={confirm}
      >
        <Text size="sm">{text}</Text>
      </Confirm>
    </>
  );
}
