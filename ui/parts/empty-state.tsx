import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A list with nothing in it says what would be there and how it comes there. Children: what to do. */
export function EmptyState({
  title,
  text,
  children,
}: {
  title: string;
  text: ReactNode;
  children?: ReactNode;
}): ReactNode {
  return (
    <Paper withBorder p="xl" style={{ borderStyle: 'dashed' }}>
      <Stack align="center" gap="sm" ta="center">
        <Title order={2}>{title}</Title>
        <Text c="dimmed" maw={520} component="div">
          {text}
        </Text>
        {children !== undefined && <Group justify="center">{children}</Group>}
      </Stack>
    </Paper>
  );
}
