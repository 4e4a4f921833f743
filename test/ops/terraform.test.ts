import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildGoProgram } from '../../dev/go-program.ts';

/** The Terraform module for Grafana, parsed by HashiCorp's own parser; what it says is held to what is beside it. */
jest.setTimeout(600_000);
const FOLDER = fileURLToPath(new URL('../../ops/terraform/', import.meta.url));
const PARSER = {
  ...{ name: 'hcl2json', version: '0.6.9', modulePath: 'github.com/tmccombs/hcl2json' },
  about: 'reads the Terraform module',
};

/** A block is a list: there may be several of a name. Expressions are texts, `${…}`. */
type Block = Record<string, unknown>;
interface Module {
  terraform: { required_providers: Record<string, { source: string; version: string }>[] }[];
  variable: Record<string, { type: string; description?: string; default?: unknown }[]>;
  locals: Record<string, string>[];
  resource: Record<string, Record<string, Block[]>>;
  output: Record<string, { value: string }[]>;
}

let module: Module;
let text: string;
beforeAll(async () => {
  const hcl2json = await buildGoProgram(PARSER, () => undefined);
  const { stdout } = await promisify(execFile)(hcl2json, [path.join(FOLDER, 'main.tf')]);
  module = JSON.parse(stdout) as Module;
  text = readFileSync(path.join(FOLDER, 'main.tf'), 'utf8').replaceAll(/^\s*#.*$/gm, '');
});

interface Rule {
  alert: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
const { groups } = parse(readFileSync(path.join(FOLDER, '../prometheus/alerts.yml'), 'utf8')) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

const resource = (type: string): Block => module.resource[type]?.['sluice']?.[0] ?? {};
/** Blocks within a block, with `dynamic` ones unfolded to what they make. */
function inner(block: Block, name: string): Block[] {
  const dynamic = (block['dynamic'] as Record<string, { content: Block[] }[]> | undefined)?.[name];
  return (dynamic?.[0]?.content ?? block[name] ?? []) as Block[];
}

/** The fields of the provider's resources (its documentation, version 3); those with `!` it demands. */
const FIELDS: Record<string, string[]> = {
  grafana_folder: ['title!', 'uid', 'org_id', 'parent_folder_uid', 'prevent_destroy_if_not_empty'],
  grafana_dashboard: ['config_json!', 'folder', 'message', 'org_id', 'overwrite'],
  grafana_rule_group: ['name!', 'folder_uid!', 'interval_seconds!', 'rule!', 'disable_provenance', 'org_id'],
  rule: [
    ...['name!', 'data!', 'annotations', 'condition', 'exec_err_state', 'for', 'is_paused', 'keep_firing_for'],
    ...['labels', 'missing_series_evals_to_resolve', 'no_data_state', 'notification_settings', 'record', 'uid'],
  ],
  data: ['datasource_uid!', 'model!', 'ref_id!', 'relative_time_range!', 'query_type'],
  relative_time_range: ['from!', 'to!'],
};

function expectFields(kind: string, block: Block): void {
  const known = FIELDS[kind] ?? [];
  const dynamic = Object.keys((block['dynamic'] as object | undefined) ?? {});
  const names = [...Object.keys(block).filter((name) => name !== 'dynamic' && name !== 'for_each'), ...dynamic];
  expect(names.filter((name) => !known.includes(name) && !known.includes(`${name}!`))).toEqual([]);
  expect(known.filter((name) => name.endsWith('!') && !names.includes(name.slice(0, -1)))).toEqual([]);
}

test('every resource is one of the provider that is required, with the fields that it has', () => {
  expect(module.terraform[0]?.required_providers[0]?.['grafana']).toMatchObject({ source: 'grafana/grafana' });
  expect(Object.keys(module.resource).toSorted()).toEqual([
    'grafana_dashboard',
    'grafana_folder',
    'grafana_rule_group',
  ]);
  for (const type of Object.keys(module.resource)) {
    expectFields(type, resource(type));
  }
  const [rule = {}] = inner(resource('grafana_rule_group'), 'rule');
  expectFields('rule', rule);
  const data = inner(rule, 'data');
  expect(data.map((each) => each['ref_id'])).toEqual(['value', rule['condition']]);
  for (const each of data) {
    expectFields('data', each);
    expectFields('relative_time_range', inner(each, 'relative_time_range')[0] ?? {});
  }
});

test('variables, locals and resources that are named are there, and each is used', () => {
  const named = (pattern: RegExp): Set<string> => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
  expect(named(/\bvar\.(\w+)/g)).toEqual(new Set(Object.keys(module.variable)));
  expect(named(/\blocal\.(\w+)/g)).toEqual(new Set(Object.keys(module.locals[0] ?? {})));
  expect([...named(/[=(] *(grafana_\w+)\.sluice\./g)]).toEqual(['grafana_folder']);
  expect(module.output['folder_uid']?.[0]?.value).toContain('grafana_folder.sluice.uid');
});

test('every file and folder that it reads is there', () => {
  const read = [...text.matchAll(/\$\{path\.module\}\/([^"$]*)/g)].map(([, file = '']) => file);
  expect(read.length).toBeGreaterThan(2);
  expect(read.filter((file) => !existsSync(path.join(FOLDER, file)))).toEqual([]);
});

test('every dashboard is included', () => {
  const [, folder = '', suffix = ''] =
    /^\$\{fileset\("\$\{path\.module\}\/(\S+)", "\*(\S+)"\)\}$/.exec(module.locals[0]?.['dashboards'] ?? '') ?? [];
  const files = readdirSync(path.join(FOLDER, folder));
  expect(path.join(FOLDER, folder)).toBe(path.join(FOLDER, '../grafana/dashboards'));
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => !file.endsWith(suffix))).toEqual([]);
  const dashboard = resource('grafana_dashboard');
  expect(dashboard['for_each']).toBe('${local.dashboards}');
  expect(dashboard['config_json']).toBe(`\${file("\${path.module}/${folder}/\${each.value}")}`);
});

describe('alerts', () => {
  test('every group and every rule is included', () => {
    expect(module.locals[0]?.['groups']).toBe('${yamldecode(file("${path.module}/../prometheus/alerts.yml")).groups}');
    const group = resource('grafana_rule_group');
    expect(group['for_each']).toBe('${var.alerts ? { for group in local.groups : group.name => group.rules } : {}}');
    const dynamic = (group['dynamic'] as Record<string, { for_each: string }[]>)['rule']?.[0];
    expect(dynamic?.for_each).toBe('${{ for index, rule in each.value : format("%02d", index) => rule }}');
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  });

  test('every rule has what is taken from it, or Terraform would stop there', () => {
    const taken = [...text.matchAll(/\brule\.value(?:\.([\w.]+)|\["(\w+)"\])/g)].map(
      ([, dotted, quoted]) => dotted ?? quoted ?? '',
    );
    expect(new Set(taken).size).toBeGreaterThan(6);
    const lacking = rules.flatMap((rule) =>
      taken.filter(
        (at) => at.split('.').reduce<unknown>((value, key) => (value as Block | undefined)?.[key], rule) === undefined,
      ),
    );
    expect(lacking).toEqual([]);
  });

  test('all that a rule says to people is passed on', () => {
    const [rule = {}] = inner(resource('grafana_rule_group'), 'rule');
    const passed = Object.values(rule['annotations'] as Record<string, string>).join(' ');
    const said = new Set(rules.flatMap(({ annotations }) => Object.keys(annotations)));
    expect([...said].filter((name) => !passed.includes(`rule.value.annotations.${name}`))).toEqual([]);
    expect(rule['labels']).toContain('rule.value.labels');
  });
});
