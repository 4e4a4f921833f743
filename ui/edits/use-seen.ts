import { useState } from 'react';
import { differences, type Difference } from './differences.ts';

export interface Versioned {
  version: number;
}

/** What a form was filled from, against what is stored by now. */
export interface Seen<Thing> {
  /** Another one is another form: key it by its version. */
  thing: Thing;
  /** What somebody else saved meanwhile. */
  changes: readonly Difference[];
  /** Headers of the request that saves: it is refused while somebody else's change is not agreed to. */
  ifMatch: { 'if-match': string };
  /** Goes on from this one: what was saved, or what is stored by now. */
  take: (thing: Thing) => void;
  /** Saves over what somebody else saved. */
  overwrite: () => void;
}

/** Keeps what a form began with; `current` is the newest known version. */
export function useSeen<Thing extends Versioned>(current: Thing): Seen<Thing> {
  const [{ thing, agreed }, setSeen] = useState({ thing: current, agreed: current.version });
  const changes = current.version > agreed ? differences(thing, current) : [];
  const version = changes.length === 0 ? Math.max(current.version, agreed) : agreed;
  return {
    thing,
    changes,
    ifMatch: { 'if-match': `"${String(version)}"` },
    take: (next) => {
      setSeen({ thing: next, agreed: next.version });
    },
    overwrite: () => {
      setSeen({ thing, agreed: current.version });
    },
  };
}
