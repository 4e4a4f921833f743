import { Center, Group, Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** The pages before somebody is signed in. */
export function PublicFrame({ title, children }: { title: string; children: ReactNode }): ReactNode {
  useDocumentTitle(`${title} · Sluice`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={400} maw="100%" shadow="sm">
        <Stack>
          <Group gap="sm">
            <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={28} height={28} alt="" />
            <Title order={1}>{title}</Title>
          </Group>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
