import { ROOTS } from './scope.ts';

export interface ValuePath {
  root: string;
  steps: string[];
}

const ONLY_A_PATH =
  /^\{\{-?\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$-]*|\[\d{1,9}\]|\["[^"\\]*"\]|\['[^'\\]*'\])*)\s*-?\}\}$/;
const STEP = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/g;

/** The path when a text is a single `{{ path }}` below a root, without filters: such a value keeps its type and digits. */
export function onlyPath(text: string): ValuePath | undefined {
  const expression = ONLY_A_PATH.exec(text.trim())?.[1];
  const root = expression === undefined ? undefined : /^[\w$]+/.exec(expression)?.[0];
  if (expression === undefined || root === undefined || !(ROOTS as readonly string[]).includes(root)) {
    return undefined;
  }
  const steps = [...expression.matchAll(STEP)].map(
    ([, name, index, double, single]) => name ?? index ?? double ?? single,
  );
  return { root, steps: steps.map((step) => step ?? '') };
}
