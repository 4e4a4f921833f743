import { Button, Code, Group, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Note } from './note.tsx';
import { problemParts } from './problem-parts.ts';

/** What went wrong and what to do about it. `error` is whatever was thrown. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const { title, remedy, code, fields } = problemParts(error);
  return (
    <Note tone="bad" title={title} role="alert">
      <Stack gap="xs">
        {remedy !== undefined && <Text size="sm">{remedy}</Text>}
        {fields.length > 1 && (
          <List size="sm">
            {fields.map(({ field, message }) => (
              <List.Item key={field}>
                <Code>{field}</Code> {message}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="xs">
          {code !== undefined && (
            <Text size="xs" c="inherit">
              {code}
            </Text>
          )}
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Note>
  );
}
