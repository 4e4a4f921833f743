import { Text, Tooltip } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { ago, browserZone, localTime } from './format.ts';

const TICK_MS = 15_000;

/** The clock of everything that says how long ago something was. */
export function useNow(tickMs = TICK_MS): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(new Date());
    }, tickMs);
    return () => {
      clearInterval(timer);
    };
  }, [tickMs]);
  return now;
}

/** How long ago, and on hover or focus when exactly: here and in UTC. `at` is RFC 3339. */
export function Time({ at, exact = false }: { at: string; exact?: boolean }): ReactNode {
  const now = useNow();
  const date = new Date(at);
  const full = localTime(date);
  return (
    <Tooltip label={exact ? `${ago(date, now)} · ${at}` : `${full} · ${at}`} withinPortal>
      <Text component="time" dateTime={at} inherit span style={{ whiteSpace: 'nowrap' }}>
        {exact ? full : ago(date, now)}
      </Text>
    </Tooltip>
  );
}

/** Under tables and charts with exact times. */
export function ZoneNote(): ReactNode {
  return (
    <Text size="xs" c="dimmed">
      Times are in {browserZone()}.
    </Text>
  );
}
