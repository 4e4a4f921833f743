import { Progress, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration, words } from '../../parts/format.ts';

/** Where the time of a run went, over all attempts. `timings`: milliseconds by step, in order. */
export function RunSteps({ timings }: { timings: Readonly<Record<string, number>> }): ReactNode {
  const steps = Object.entries(timings);
  const longest = Math.max(...steps.map(([, ms]) => ms), 1);
  return (
    <Stack gap="xs">
      <Table aria-label="Steps">
        <Table.Tbody>
          {steps.map(([name, ms]) => (
            <Table.Tr key={name}>
              <Table.Th w={140}>{words(name)}</Table.Th>
              <Table.Td>
                <Progress value={(ms / longest) * 100} aria-label={`${name}: ${duration(ms)}`} />
              </Table.Td>
              <Table.Td w={110} ta="right">
                {duration(ms)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        Over all attempts of each step.
      </Text>
    </Stack>
  );
}
