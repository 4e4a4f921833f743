import { Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { duration } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { SettingsHistory } from '../../parts/settings-history.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import type { ExportDetail } from './data.ts';
import { Facts } from './facts.tsx';
import { scheduleLabel } from './intervals.ts';
import { columnsText, privacyText } from './rules.ts';

/** The export as it is configured. */
export function SettingsTab({ detail }: { detail: ExportDetail }): ReactNode {
  const edit = useCan('write') ? (
    <Button component={Link} to={`/exports/${detail.id}/edit`} variant="default">
      Change
    </Button>
  ) : undefined;
  return (
    <Stack>
      <SectionCard title="Settings" actions={edit}>
        <Facts label="Settings" facts={factsOf(detail)} />
      </SectionCard>
      <ExportHistory detail={detail} />
      <SectionCard title="As the API has it">
        <CodeBlock label="the export as JSON" text={JSON.stringify(detail)} />
      </SectionCard>
    </Stack>
  );
}

function ExportHistory({ detail: { id, version } }: { detail: ExportDetail }): ReactNode {
  const api = useApi();
  return (
    <SettingsHistory
      queryKey={['export', id, 'versions', version]}
      read={(query) => answer(api.GET('/api/v1/exports/{id}/versions', { params: { path: { id }, query } }))}
    />
  );
}

type Fact = readonly [string, ReactNode];

function factsOf(detail: ExportDetail): Fact[] {
  return [
    ['Id', <Copyable key="id" text={detail.id} />],
    ...readingFacts(detail),
    ['Schedule', scheduleLabel(detail)],
    ['Starts', startsOf(detail.jitter_seconds)],
    ...writingFacts(detail),
    ['Version', `${String(detail.version)}; a run is pinned to the version it began with`],
    ['Changed', <Time key="changed" at={detail.updated_at} />],
  ];
}

function startsOf(jitterSeconds: number): string {
  return jitterSeconds === 0
    ? 'when the interval has ended'
    : `up to ${duration(jitterSeconds * 1_000)} after the interval’s end`;
}

function readingFacts(detail: ExportDetail): Fact[] {
  const { query, filter, columns, privacy } = detail;
  if (query !== null) {
    return [
      ['Query', <CodeBlock key="query" label="the query" text={query} />],
      ['Key', detail.key === null || detail.key.length === 0 ? 'none' : detail.key.join(', ')],
      ['Version column', detail.version_column ?? 'none'],
      ['Privacy', privacyText(privacy)],
    ];
  }
  return [
    ['Only events', filter.include_events?.join(', ') ?? 'all'],
    ['Not events', filter.exclude_events?.join(', ') ?? 'none'],
    ['Property filters', filter.properties === undefined ? 'none' : JSON.stringify(filter.properties)],
    ['Columns', columnsText(columns)],
    ['Privacy', privacyText(privacy)],
  ];
}

function writingFacts({ mode, format, max_file_mb: maxFileMb }: ExportDetail): Fact[] {
  return [
    ['Writes', mode === 'merge' ? 'a row replaces the one with its key' : 'every row is added'],
    ['Format', format === null ? 'rows of a table' : `${format.file_format}, ${format.compression}`],
    ['Largest file', maxFileMb === null ? 'no limit' : `about ${String(maxFileMb)} MB`],
  ];
}
