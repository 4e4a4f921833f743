/** What an expression in `bound` calls its value. */
export function boundName(name: string): string {
  return `__${name}`;
}

/**
 * Evaluates `value` once for an expression that names it several times. Names that expressions of ours bind begin with
 * two underscores, which nothing of a customer's query can.
 */
export function bound(name: string, value: string, body: (name: string) => string): string {
  const own = boundName(name);
  return `arrayMap(${own} -> ${body(own)}, [${value}])[1]`;
}
