import { Box, Code, ScrollArea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Copy } from './copyable.tsx';
import { laidOut } from './laid-out.ts';

/** Text as it is; JSON is laid out. */
export function CodeBlock({ text, label }: { text: string; label: string }): ReactNode {
  const shown = laidOut(text);
  return (
    <Box pos="relative">
      <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
        <Code block c="inherit" pr={40}>
          {shown === '' ? '(empty)' : shown}
        </Code>
      </ScrollArea.Autosize>
      <Box pos="absolute" top={6} right={6}>
        <Copy text={shown} label={`Copy ${label}`} />
      </Box>
    </Box>
  );
}
