import { NumberInput, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FilterBuilder } from '../../../filters/filter-builder.tsx';
import { EventNames } from '../../../parts/event-names.tsx';
import { ExactTags } from '../../../parts/exact-tags.tsx';
import type { DestinationKind } from '../data.ts';
import { KeptRules } from './kept-rules.tsx';
import { formatKey, formatLabel, type Draft } from './draft.ts';

interface Props {
  kind: DestinationKind;
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** Of an export that exists: what it reads stays. */
  fixedModel?: boolean;
}

/** Which rows are exported, and how they are written. */
export function RowsFields({ kind, draft, onChange, fixedModel = false }: Props): ReactNode {
  const set = (change: Partial<Draft>): void => {
    onChange({ ...draft, ...change });
  };
  const formats = kind.formats.filter(({ file_format }) => file_format !== 'table');
  return (
    <Stack>
      {!fixedModel && (
        <SegmentedControl
          aria-label="Rows from"
          w="fit-content"
          value={draft.model}
          onChange={(model) => {
            set({ model });
          }}
          data={[
            { value: 'events', label: 'Events' },
            { value: 'sql', label: 'A query of mine' },
          ]}
        />
      )}
      {draft.model === 'events' ? (
        <EventFields draft={draft} set={set} />
      ) : (
        <QueryFields draft={draft} set={set} canMerge={kind.modes.includes('merge')} />
      )}
      <KeptRules draft={draft} />
      {formats.length > 0 && (
        <Select
          label="Format"
          allowDeselect={false}
          data={formats.map((format) => ({ value: formatKey(format), label: formatLabel(format) }))}
          value={draft.format}
          onChange={(format) => {
            set({ format: format ?? draft.format });
          }}
        />
      )}
      {kind.modes.length > 1 && (
        <Select
          label="When a row is there already"
          allowDeselect={false}
          data={[
            { value: 'append', label: 'Add every row' },
            { value: 'merge', label: 'Replace the row with its key, unless that is newer' },
          ]}
          value={draft.mode}
          onChange={(mode) => {
            set({ mode: mode === 'merge' ? 'merge' : 'append' });
          }}
        />
      )}
      {formats.length > 0 && (
        <NumberInput
          label="Largest file, MB"
          description="Approximate. Empty: one file for each part of the interval."
          min={1}
          value={draft.maxFileMb ?? ''}
          onChange={(value) => {
            set({ maxFileMb: typeof value === 'number' ? value : undefined });
          }}
        />
      )}
    </Stack>
  );
}

interface PartProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

function EventFields({ draft, set }: PartProps): ReactNode {
  return (
    <>
      <EventNames
        label="Only these events"
        description="Empty: all of them."
        value={draft.includeEvents}
        onChange={(includeEvents) => {
          set({ includeEvents });
        }}
      />
      <EventNames
        label="Not these events"
        value={draft.excludeEvents}
        onChange={(excludeEvents) => {
          set({ excludeEvents });
        }}
      />
      <FilterBuilder
        label="Conditions on properties"
        value={draft.properties}
        onChange={(properties) => {
          set({ properties: properties as Draft['properties'] });
        }}
      />
    </>
  );
}

function QueryFields({ draft, set, canMerge }: PartProps & { canMerge: boolean }): ReactNode {
  return (
    <>
      <Textarea
        label="Query"
        required
        description="A SELECT over events with {interval_start} and {interval_end}. Its columns and their types are the export's."
        autosize
        minRows={5}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        value={draft.query}
        onChange={(event) => {
          set({ query: event.currentTarget.value });
        }}
      />
      <ExactTags
        label="Key"
        description="Columns that identify a row; needed to replace rows."
        value={draft.key}
        onChange={(key) => {
          set({ key });
        }}
      />
      {(canMerge || draft.versionColumn !== '') && (
        <TextInput
          label="Version column"
          description="The row with the greater value stays; needed to replace rows. With {interval_end} AS version the later interval wins."
          required={draft.mode === 'merge'}
          value={draft.versionColumn}
          onChange={(event) => {
            set({ versionColumn: event.currentTarget.value });
          }}
        />
      )}
    </>
  );
}
