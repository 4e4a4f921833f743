import { Progress, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration, words } from '../../parts/format.ts';

/** As a run takes them; steps that are not named come last. */
const ORDER = ['settle', 'plan', 'load', 'commit', 'verify'];

/** Where the time of a run went, over all attempts. `timings`: milliseconds by step. */
export function RunSteps({ timings }: { timings: Readonly<Record<string, number>> }): ReactNode {
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const steps = Object.entries(timings).toSorted(([a], [b]) => place(a) - place(b));
  const longest = Math.max(...steps.map(([, ms]) => ms), 1);
  return (
    <Stack gap="xs">
      <Table aria-label="Steps">
        <Table.Tbody>
          {steps.map(([name, ms]) => (
            <Table.Tr key={name}>
              <Table.Th w={100}>{words(name)}</Table.Th>
              <Table.Td>
                <Progress value={(ms / longest) * 100} aria-label={`${name}: ${duration(ms)}`} />
              </Table.Td>
              <Table.Td w={90} ta="right">
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
