/** What can be carried out of a runbook: the lines of its blocks, and what stands in its sentences as code. */
export interface RunbookCommand {
  kind: 'shell' | 'sluice' | 'temporal' | 'sql' | 'http' | 'npm';
  /** With placeholders in angle brackets. */
  text: string;
}

const INLINE: readonly [RunbookCommand['kind'], RegExp][] = [
  ['sluice', /^sluice [a-z]/],
  ['temporal', /^temporal [a-z]/],
  ['sql', /^(?:SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|TRUNCATE|SYSTEM|SET) /],
  ['http', /^(?:GET|POST|PUT|PATCH|DELETE) \//],
  ['npm', /^npm /],
  ['shell', /^(?:curl|psql|awk|grep|kubectl|docker|systemctl|clickhouse) /],
];

export function commandsOf(runbook: string): RunbookCommand[] {
  const blocks = [...runbook.matchAll(/^```sh\n([^`]+)```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
  const sentences = runbook.replaceAll(/^```[^]*?^```$/gm, '');
  const inline = [...sentences.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) => {
    const kind = INLINE.find(([, pattern]) => pattern.test(text))?.[0];
    return kind === undefined ? [] : [{ kind, text }];
  });
  return [...blocks.map((text) => ({ kind: 'shell' as const, text })), ...inline];
}

/** Values of placeholders; of those that stand in one command more than once, in their order. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/** Throws on a placeholder without a value, and on what is left to be guessed. */
export function filled(text: string, values: Values): string {
  if (text.includes('…')) {
    throw new Error(`nobody can run ${text}`);
  }
  const used = new Map<string, number>();
  return text.replaceAll(/<([\w-]+)>/g, (_all, name: string) => {
    const nth = used.get(name) ?? 0;
    used.set(name, nth + 1);
    const value = [values[name] ?? []].flat()[nth % Math.max(1, [values[name] ?? []].flat().length)];
    if (value === undefined) {
      throw new Error(`no value for <${name}> of ${text}`);
    }
    return value;
  });
}

/** Names of metrics that a command looks for, with `awk '/^(a|b)/'`. */
export function metricsSought(command: string): string[] {
  const [, common = '', alternatives = ''] = /awk '\/\^(\w*)(?:\(([\w|]+)\))?\/'/.exec(command) ?? [];
  return common === '' && alternatives === '' ? [] : alternatives.split('|').map((name) => common + name);
}
