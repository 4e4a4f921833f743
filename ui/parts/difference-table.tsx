import { Code, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Row {
  name: string;
  /** Null: it is not there. */
  before: string | null;
  after: string | null;
}

interface Props {
  label: string;
  rows: readonly Row[];
  /** Titles of the two values. */
  titles?: readonly [string, string];
}

/** What something is and what it would be, or was and has become. */
export function DifferenceTable({ label, rows, titles: [before, after] = ['Now', 'Then'] }: Props): ReactNode {
  return (
    <Table aria-label={label} layout="fixed" withTableBorder fz="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th>{before}</Table.Th>
          <Table.Th>{after}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.name}>
            <Table.Th scope="row" className="break-anywhere" fw={500}>
              {row.name}
            </Table.Th>
            <Value of={row.before} />
            <Value of={row.after} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Value({ of }: { of: string | null }): ReactNode {
  return (
    <Table.Td className="break-anywhere">
      {of === null ? (
        <Text size="xs" c="dimmed">
          not there
        </Text>
      ) : (
        <Code c="inherit">{of}</Code>
      )}
    </Table.Td>
  );
}
