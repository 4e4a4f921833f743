import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** A button that puts a text on the clipboard. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }): ReactNode {
  return (
    <CopyButton value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={copied ? 'Copied' : label} onClick={copy}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** An id or a secret in one line. */
export function Copyable({ text, label }: { text: string; label?: string }): ReactNode {
  return (
    <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
      <Code className="break-anywhere" c="inherit">
        {text}
      </Code>
      <Copy text={text} {...(label === undefined ? {} : { label })} />
    </Group>
  );
}
