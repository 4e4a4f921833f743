import { List, ScrollArea, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../../parts/code-block.tsx';
import { bytes, count } from '../../../parts/format.ts';
import { Note } from '../../../parts/note.tsx';
import { SectionCard } from '../../../parts/section-card.tsx';
import { StatusBadge } from '../../../parts/status-badge.tsx';
import type { DryRun } from '../data.ts';

/** What a run would do: rows as they would arrive, what becomes of each column, and what would be created. */
export function DryRunView({ found }: { found: DryRun }): ReactNode {
  const { estimate, problems, table, sample, columns } = found;
  return (
    <Stack>
      {problems.map(({ code, message, remedy }) => (
        <Note key={code + message} tone="bad" title={message}>
          {remedy}
        </Note>
      ))}
      <Text role="status">
        The last finished interval has {count(estimate.rows)} rows, {bytes(estimate.bytes)} before they are packed.
        Nothing was written.
      </Text>
      {sample !== null && (
        <SectionCard title="Sample rows">
          <Sample sample={sample} />
        </SectionCard>
      )}
      <SectionCard title="Columns">
        <Columns columns={columns} />
      </SectionCard>
      {table !== null && (
        <SectionCard title={table.exists ? `Table ${table.name}` : `Table ${table.name} would be created`}>
          {table.statements.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing has to be changed.
            </Text>
          ) : (
            <CodeBlock label="statements" text={table.statements.join(';\n')} />
          )}
        </SectionCard>
      )}
    </Stack>
  );
}

const VERDICT_STATUS: Readonly<Record<string, string>> = {
  lossless: 'completed',
  widened: 'completed',
  truncated: 'degraded',
  refused: 'failed',
};

function Columns({ columns }: { columns: DryRun['columns'] }): ReactNode {
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Columns' }}>
      <Table aria-label="Columns" miw={560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Column</Table.Th>
            <Table.Th>Becomes</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th>Values that do not fit</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map(({ name, kind, target, verdict, changes, set_aside: aside, problem }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {name}{' '}
                <Text span size="xs" c="dimmed">
                  {kind}
                </Text>
              </Table.Td>
              <Table.Td>{target === null ? '' : `${target.name} ${target.type}`}</Table.Td>
              <Table.Td>
                <StatusBadge status={VERDICT_STATUS[verdict] ?? verdict} label={verdict} />
              </Table.Td>
              <Table.Td>
                {problem?.message ?? [...changes, ...aside.map((reason) => `set aside: ${reason}`)].join(', ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function Sample({ sample }: { sample: NonNullable<DryRun['sample']> }): ReactNode {
  if (sample.rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No rows match in the last finished interval.
      </Text>
    );
  }
  return (
    <>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Sample rows' }}>
        <Table aria-label="Sample rows" fz="xs">
          <Table.Thead>
            <Table.Tr>
              {sample.columns.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sample.rows.map((row, index) => (
              <Table.Tr key={index}>
                {row.map((cell, at) => (
                  <Table.Td key={at} maw={260}>
                    <Text
                      size="xs"
                      lineClamp={2}
                      className="break-anywhere"
                      {...(cell === null ? { c: 'dimmed' } : {})}
                    >
                      {cell ?? 'NULL'}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {sample.records_set_aside.length > 0 && (
        <List size="sm">
          {sample.records_set_aside.map(({ reason, records }) => (
            <List.Item key={reason}>
              {count(records)} of {count(sample.records_examined)} records would be set aside: {reason}
            </List.Item>
          ))}
        </List>
      )}
    </>
  );
}
