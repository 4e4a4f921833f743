import { useLocalStorage } from '@mantine/hooks';
import { browserZone } from './format.ts';

export interface ShownZone {
  /** In which times are shown. */
  zone: string;
  /** In which they can be shown instead; undefined: the browser's own zone is UTC. */
  other: string | undefined;
  /** For the whole console, and for the next time. */
  change: () => void;
}

/** The browser's zone, or UTC for those who compare with logs. */
export function useZone(): ShownZone {
  const [isUtc, setUtc] = useLocalStorage({
    key: 'sluice-times-in-utc',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const own = browserZone();
  const other = isUtc ? own : 'UTC';
  return {
    zone: isUtc ? 'UTC' : own,
    other: own === 'UTC' ? undefined : other,
    change: () => {
      setUtc(!isUtc);
    },
  };
}
