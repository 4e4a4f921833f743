import { Button, Code, Group, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../api-client/index.ts';
import { Note } from './note.tsx';

/** What went wrong and what to do about it. `error` is whatever was thrown. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const { title, remedy, code, fields } = partsOf(error);
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

function partsOf(error: unknown): {
  title: string;
  remedy: string | undefined;
  code: string | undefined;
  fields: ApiProblem['fields'];
} {
  if (error instanceof ApiProblem) {
    return { title: error.detail, remedy: error.remedy, code: error.code, fields: error.fields };
  }
  const title = error instanceof Error ? error.message : String(error);
  const offline = error instanceof TypeError;
  return {
    title: offline ? 'The server does not answer' : title,
    remedy: offline ? 'Look whether it is running and whether you are connected.' : undefined,
    code: undefined,
    fields: [],
  };
}
