import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../parts/code-block.tsx';
import type { ExportDetail } from './data.ts';
import { Facts } from './facts.tsx';
import { columnsText, privacyText } from './rules.ts';

/** What an export of one range takes over from another export. */
export function OnceSource({ source }: { source: ExportDetail }): ReactNode {
  return (
    <section aria-label={`As in ${source.name}`}>
      <Text size="sm" fw={550} mb="xs">
        As in {source.name}
      </Text>
      <Facts label={`As in ${source.name}`} facts={factsOf(source)} />
    </section>
  );
}

function factsOf({ query, filter, columns, privacy, format }: ExportDetail): (readonly [string, ReactNode])[] {
  const reads: (readonly [string, ReactNode])[] =
    query === null
      ? [
          ['Not events', filter.exclude_events?.join(', ') ?? 'none'],
          ['Property filters', filter.properties === undefined ? 'none' : JSON.stringify(filter.properties)],
          ['Columns', columnsText(columns)],
        ]
      : [['Query', <CodeBlock key="query" label="the query" text={query} />]];
  const written = format === null ? undefined : `${format.file_format}, ${format.compression}`;
  return [
    ...reads,
    ['Privacy', privacyText(privacy)],
    ...(written === undefined ? [] : [['Format', `${written}, where it is written as files`] as const]),
  ];
}
