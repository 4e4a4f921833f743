import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** Of a request or a response; values of secrets are left out by the API. */
export function HeadersTable({
  headers,
  label,
}: {
  headers: Readonly<Record<string, string>>;
  label: string;
}): ReactNode {
  return (
    <Table aria-label={label} withTableBorder fz="xs" layout="fixed">
      <Table.Tbody>
        {Object.entries(headers).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="38%" className="break-anywhere" fw={500}>
              {name}
            </Table.Th>
            <Table.Td className="break-anywhere">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
