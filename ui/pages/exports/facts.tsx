import { Box, Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names with values, one below the other. */
export function Facts({
  label,
  facts,
}: {
  label: string;
  facts: readonly (readonly [string, ReactNode])[];
}): ReactNode {
  return (
    <Box style={{ overflowX: 'auto' }}>
      <Table aria-label={label} variant="vertical" layout="auto" withTableBorder>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={{ base: 120, sm: 200 }}>{name}</Table.Th>
              <Table.Td className="break-anywhere">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
