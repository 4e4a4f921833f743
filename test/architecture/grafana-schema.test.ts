import { describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Grafana publishes of its dashboards, panels and queries: test/architecture/grafana/README.md. */
const HERE = fileURLToPath(new URL('.', import.meta.url));
const DASHBOARDS = path.join(HERE, '../../ops/grafana/dashboards');

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(path.join(HERE, 'grafana', `${name}.jsonschema.json`), 'utf8')) as object;
}

/** The schema of a panel has one for each of its parts, and none for the whole. */
function validatorOf(name: string, part?: string): ValidateFunction {
  return ajv.compile({ ...schemaOf(name), ...(part !== undefined && { $ref: `#/definitions/${part}` }) });
}

interface Panel {
  type: string;
  title: string;
  options: Record<string, unknown>;
  fieldConfig: { defaults: { custom?: unknown } };
  targets: Record<string, unknown>[];
}

interface Dashboard {
  panels: Panel[];
}

const dashboard = validatorOf('dashboard');
const query = validatorOf('prometheus');
const options: Record<string, ValidateFunction> = {
  timeseries: validatorOf('timeseries', 'Options'),
  stat: validatorOf('stat', 'Options'),
};
const custom = validatorOf('timeseries', 'FieldConfig');

/** What Grafana's schemas have against it; panels by their titles. */
function faultsOf(json: Dashboard): object[] {
  const faults = (of: string, validate: ValidateFunction | undefined, value: unknown): object[] => {
    if (validate === undefined) {
      return [{ of, fault: 'Grafana’s schema of such a panel is not here' }];
    }
    return validate(value) ? [] : (validate.errors ?? []).map((error) => ({ of, fault: ajv.errorsText([error]) }));
  };
  const panels = json.panels.filter(({ type }) => type !== 'row');
  return [
    ...faults('dashboard', dashboard, json),
    ...panels.flatMap(({ title, type, options: given, targets, fieldConfig }) => [
      ...faults(`options of ${title}`, options[type], given),
      ...faults(`fields of ${title}`, custom, fieldConfig.defaults.custom ?? {}),
      ...targets.flatMap((target) => faults(`query of ${title}`, query, target)),
    ]),
  ];
}

function read(file: string): Dashboard {
  return JSON.parse(readFileSync(path.join(DASHBOARDS, file), 'utf8')) as Dashboard;
}

const files = readdirSync(DASHBOARDS);

test.each(files)('%s is valid by Grafana’s own schemas', (file) => {
  expect(faultsOf(read(file))).toEqual([]);
});

describe('the schemas refuse', () => {
  const overview = (): Dashboard & { panels: [Panel, Panel] } => {
    const json = read('overview.json');
    return { ...json, panels: json.panels.filter(({ type }) => type !== 'row') as [Panel, Panel] };
  };

  test.each<[string, (panel: Panel & Record<string, unknown>) => void]>([
    ['a field of a panel that Grafana does not know', (panel) => (panel['colour'] = 'red')],
    ['a position that is no number', (panel) => (panel['gridPos'] = { x: 0, y: 0, w: 'wide', h: 8 })],
    ['an option that is missing', (panel) => delete panel.options['reduceOptions']],
    ['an option with a value that it does not have', (panel) => (panel.options['colorMode'] = 'rainbow')],
    ['a query without an expression', (panel) => delete panel.targets[0]?.['expr']],
    ['a panel of another kind', (panel) => (panel.type = 'piechart')],
  ])('%s', (_what, spoil) => {
    const json = overview();
    expect(faultsOf(json)).toEqual([]);
    spoil(json.panels[0] as Panel & Record<string, unknown>);
    expect(faultsOf(json)).not.toEqual([]);
  });
});
