import { Code, Group, ScrollArea, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { localTime } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useZone } from '../../parts/zone.ts';
import { useApi } from '../../session/session.tsx';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
const FOLLOW_MS = 1_500;
/** Far more lines than a run writes; a run of thousands of chunks is read in the API. */
const MAX_PAGES = 10;

/** What a run has to say, oldest first; followed while it is open. */
export function RunLog({ runId, open }: { runId: string; open: boolean }): ReactNode {
  const [level, setLevel] = useState<Level>('info');
  const { data, error } = useLog(runId, level, open);
  const { zone } = useZone();
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label="Level"
          data={[...LEVELS]}
          value={level}
          onChange={(value) => {
            setLevel(value);
          }}
        />
        {open && (
          <Text size="xs" c="dimmed" role="status">
            following
          </Text>
        )}
      </Group>
      {error !== null && <ProblemAlert error={error} />}
      <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Log' }}>
        {data?.map((line) => (
          <LogLine key={line.id} line={line} zone={zone} />
        ))}
        {data?.length === 0 && (
          <Text size="sm" c="dimmed">
            No lines of this level.
          </Text>
        )}
      </ScrollArea.Autosize>
    </Stack>
  );
}

interface Line {
  id: string;
  logged_at: string;
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

function useLog(runId: string, level: Level, open: boolean): { data: Line[] | undefined; error: Error | null } {
  const api = useApi();
  return useQuery({
    queryKey: ['run', runId, 'log', level],
    queryFn: async () => {
      const lines: Line[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = { level, limit: '100', ...(cursor === undefined ? {} : { cursor }) };
        const found = await answer(api.GET('/api/v1/runs/{id}/log', { params: { path: { id: runId }, query } }));
        lines.push(...found.items);
        if (found.next_cursor === null) {
          break;
        }
        cursor = found.next_cursor;
      }
      return lines;
    },
    refetchInterval: open ? FOLLOW_MS : false,
  });
}

function LogLine({ line, zone }: { line: Line; zone: string }): ReactNode {
  const { logged_at: at, level, message, fields } = line;
  const details = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return (
    <Code block bg="transparent" c="inherit" p={2} style={{ whiteSpace: 'pre-wrap' }}>
      {localTime(new Date(at), zone)} {level.padEnd(5)} {message} {details.join(' ')}
    </Code>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
