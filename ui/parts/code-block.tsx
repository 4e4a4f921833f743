import { Box, Code, Group, ScrollArea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Copy } from './copyable.tsx';
import { laidOut } from './laid-out.ts';

/** Text as it is, in as many lines as it needs; JSON is laid out. The button is beside it and covers nothing. */
export function CodeBlock({ text, label }: { text: string; label: string }): ReactNode {
  const shown = laidOut(text);
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Box flex={1} miw={0}>
        <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
          <Code block c="inherit" className="wrapped-lines">
            {shown === '' ? '(empty)' : shown}
          </Code>
        </ScrollArea.Autosize>
      </Box>
      <Copy text={shown} label={`Copy ${label}`} />
    </Group>
  );
}
