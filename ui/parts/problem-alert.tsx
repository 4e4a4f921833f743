import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../api-client/index.ts';

/** What went wrong and what to do about it. `error` is whatever was thrown. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const { title, remedy, code, fields } = partsOf(error);
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={title} role="alert" variant="outline">
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
            <Text size="xs" c="dimmed">
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
    </Alert>
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
