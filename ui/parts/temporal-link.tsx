import { Anchor, Code } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

interface ConsoleConfig {
  temporal: { ui_url: string | null; namespace: string };
}

async function readConfig(): Promise<ConsoleConfig> {
  const response = await window.fetch(`${import.meta.env.BASE_URL}config.json`);
  return (await response.json()) as ConsoleConfig;
}

/** What the server tells the console of its surroundings. */
export function useConsoleConfig(): ConsoleConfig | undefined {
  return useQuery({ queryKey: ['console-config'], queryFn: readConfig, staleTime: Infinity }).data;
}

/** To a workflow in Temporal's own UI; where nobody has said where that is, the id. */
export function TemporalLink({ workflowId, label }: { workflowId: string; label?: string }): ReactNode {
  return <InTemporal page={`workflows/${encodeURIComponent(workflowId)}`} label={label} name={workflowId} />;
}

/** To a Schedule; otherwise as a workflow. */
export function TemporalSchedule({ scheduleId, label }: { scheduleId: string; label: string }): ReactNode {
  return <InTemporal page={`schedules/${encodeURIComponent(scheduleId)}`} label={label} name={scheduleId} />;
}

/** To the workflows that a query finds; otherwise the query, which `temporal workflow list` takes too. */
export function TemporalSearch({ query, label }: { query: string; label: string }): ReactNode {
  return <InTemporal page={`workflows?query=${encodeURIComponent(query)}`} label={label} name={query} />;
}

interface PlaceProps {
  /** Its address below the namespace. */
  page: string;
  label: string | undefined;
  /** What it is called where there is no link. */
  name: string;
}

function InTemporal({ page, label = 'Open in Temporal', name }: PlaceProps): ReactNode {
  const config = useConsoleConfig();
  const base = config?.temporal.ui_url;
  if (config === undefined || base === null || base === undefined) {
    return <Code>{name}</Code>;
  }
  const address = `${base.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(config.temporal.namespace)}/${page}`;
  return (
    <Anchor href={address} target="_blank" rel="noreferrer" size="sm" underline="always">
      {label} <IconExternalLink size={13} style={{ verticalAlign: '-2px' }} aria-hidden />
    </Anchor>
  );
}
