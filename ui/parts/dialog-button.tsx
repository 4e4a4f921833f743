import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  title: string;
  /** Small and quiet: one of each row of a table. */
  inRow?: boolean;
  /** The content; begins anew each time. `close` is for those that end by themselves. */
  children: (close: () => void) => ReactNode;
}

/** A button that opens a form in a dialog. A click beside it closes nothing: what was typed, or is shown once, would be gone. */
export function DialogButton({ label, title, inRow = false, children }: Props): ReactNode {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button onClick={open} {...(inRow ? { size: 'xs', variant: 'default' } : {})}>
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {children(close)}
      </Modal>
    </>
  );
}
