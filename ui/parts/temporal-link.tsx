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
  const config = useConsoleConfig();
  const base = config?.temporal.ui_url;
  if (config === undefined || base === null || base === undefined) {
    return <Code>{workflowId}</Code>;
  }
  const path = `namespaces/${encodeURIComponent(config.temporal.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return (
    <Anchor href={`${base.replace(/\/+$/, '')}/${path}`} target="_blank" rel="noreferrer" size="sm" underline="always">
      {label ?? 'Open in Temporal'} <IconExternalLink size={13} style={{ verticalAlign: '-2px' }} aria-hidden />
    </Anchor>
  );
}
