/** Evaluates `value` once for an expression that names it several times. */
export function bound(name: string, value: string, body: (name: string) => string): string {
  return `arrayMap(${name} -> ${body(name)}, [${value}])[1]`;
}
