import type { PropertyScalar } from './filter.ts';
import { exactNumberOf, type ExactNumber } from './numbers.ts';

/** What `exact` accepts, by the type of the property. */
export interface Accepted {
  texts: ReadonlySet<string>;
  numbers: ReadonlySet<ExactNumber>;
  booleans: ReadonlySet<boolean>;
}

export function acceptedBy(value: PropertyScalar | readonly PropertyScalar[]): Accepted {
  const values = typeof value === 'object' ? value : [value];
  const numbers = values.map((each) => (typeof each === 'boolean' ? undefined : exactNumberOf(each)));
  const texts = new Set(values.map(String));
  return {
    texts,
    numbers: new Set(numbers.filter((each) => each !== undefined)),
    booleans: new Set([true, false].filter((each) => texts.has(String(each)))),
  };
}
