import { Anchor, Text, Tooltip } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { ago, localTime } from './format.ts';
import { useZone } from './zone.ts';

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

const TOUCH_TOO = { hover: true, focus: true, touch: true };

/** How long ago, and on hover or at a touch when exactly: here and in UTC. `at` is RFC 3339. */
export function Time({ at, exact = false }: { at: string; exact?: boolean }): ReactNode {
  const now = useNow();
  const { zone } = useZone();
  const date = new Date(at);
  const full = localTime(date, zone);
  return (
    <Tooltip label={exact ? `${ago(date, now)} · ${at}` : `${full} · ${at}`} withinPortal events={TOUCH_TOO}>
      <Text component="time" dateTime={at} inherit span style={{ whiteSpace: 'nowrap' }}>
        {exact ? full : ago(date, now)}
      </Text>
    </Tooltip>
  );
}

/** Under tables and charts with exact times: their zone, and the way to UTC and back. */
export function ZoneNote(): ReactNode {
  const { zone, other, change } = useZone();
  return (
    <Text size="xs" c="dimmed" component="div">
      Times are in {zone}.{' '}
      {other !== undefined && (
        <Anchor component="button" type="button" size="xs" underline="always" className="tap" onClick={change}>
          Show them in {other}
        </Anchor>
      )}
    </Text>
  );
}
