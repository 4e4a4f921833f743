import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Every error code that the product can show is explained in docs/error-codes.md, and nothing else is. Codes are found
 * in the syntax tree: values of properties called `code` or `errorCode`, of variables called `code` or `codes`, members of
 * types called `…ErrorCode`, and first arguments of functions whose first parameter is called `code`.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.sluice', 'coverage', 'test', 'bench', 'scripts', 'ui']);
const CODE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/** zod's own name for an issue of ours; it is never shown. */
const NOT_OURS = new Set(['custom']);

function productFiles(folder = ''): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) ? [] : productFiles(file);
    }
    return file.endsWith('.ts') && !file.endsWith('.test.ts') ? [file] : [];
  });
}

/** String literals of a value, through conditions and casts. */
function literals(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) {
    return [node.text];
  }
  if (ts.isConditionalExpression(node)) {
    return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  }
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) {
    return literals(node.expression);
  }
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) ? literals(property.initializer) : [],
    );
  }
  if (ts.isUnionTypeNode(node)) {
    return node.types.flatMap(literals);
  }
  return ts.isLiteralTypeNode(node) ? literals(node.literal) : [];
}

/** `fail` of `this.fail(…)` and of `fail(…)`. */
function lastName(callee: ts.Node): string {
  return callee.getText().split('.').at(-1)!.replace(/^#/, '');
}

/** Functions and methods whose first parameter is called `code`. */
function makersIn(node: ts.Node): string[] {
  const inner: string[] = [];
  ts.forEachChild(node, (child) => void inner.push(...makersIn(child)));
  if (!ts.isFunctionDeclaration(node) && !ts.isMethodDeclaration(node)) {
    return inner;
  }
  const [first] = node.parameters;
  return first?.name.getText() === 'code' && node.name ? [...inner, lastName(node.name)] : inner;
}

function codesOfNode(node: ts.Node, makers: ReadonlySet<string>): string[] {
  if (ts.isPropertyAssignment(node) && ['code', 'errorCode'].includes(node.name.getText())) {
    return literals(node.initializer);
  }
  if (ts.isVariableDeclaration(node) && ['code', 'codes'].includes(node.name.getText()) && node.initializer) {
    return literals(node.initializer);
  }
  if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('ErrorCode')) {
    return literals(node.type);
  }
  if (ts.isCallExpression(node) && makers.has(lastName(node.expression))) {
    return node.arguments.slice(0, 1).flatMap(literals);
  }
  return [];
}

const parse = (text: string): ts.SourceFile => ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);

function codesIn(source: ts.SourceFile, makers: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    found.push(...codesOfNode(node, makers).filter((code) => CODE.test(code) && !NOT_OURS.has(code)));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const texts = new Map(productFiles().map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
const sources = new Map([...texts].map(([file, text]) => [file, parse(text)]));
const makers = new Set([...sources.values()].flatMap(makersIn));
const used = new Map<string, string>();
for (const [file, source] of sources) {
  for (const code of codesIn(source, makers)) {
    used.set(code, used.get(code) ?? file);
  }
}
const rows = [
  ...readFileSync(path.join(ROOT, 'docs/error-codes.md'), 'utf8').matchAll(/^\| `([a-z0-9_]+)` +\| (.*) \|$/gm),
];
const documented = rows.map((row) => row[1]!);

describe('docs/error-codes.md', () => {
  test('explains every code that is used', () => {
    expect(used.size).toBeGreaterThan(50);
    const missing = [...used].filter(([code]) => !documented.includes(code));
    expect(missing.map(([code, file]) => `${code} (${file})`)).toEqual([]);
  });

  test('explains no code that is not used', () => {
    const everything = [...texts.values()].join('\n');
    const quoted = (code: string): boolean => new RegExp(`['"\`]${code}['"\`]|\\b${code}: \\d`).test(everything);
    expect(documented.filter((code) => !quoted(code))).toEqual([]);
  });

  test('explains each code once, with its cause and who acts', () => {
    expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
    const thin = rows.filter(([, , cells]) => cells!.split(' | ').filter((cell) => cell.trim() !== '').length < 3);
    expect(thin.map((row) => row[1])).toEqual([]);
  });
});

test.each([
  ["new SluiceError({ code: 'area_problem' })", ['area_problem']],
  ["({ errorCode: broken ? 'area_one' : `area_two` })", ['area_one', 'area_two']],
  ["const codes = { a: 'area_a', b: 'area_b' } as const;", ['area_a', 'area_b']],
  ["type HttpErrorCode = 'area_x' | 'y';", ['area_x', 'y']],
  ["function odd(code: string) {} throw odd('area_call')", ['area_call']],
  ["class A { #fail(code: Code) {} run() { this.#fail('area_method'); } }", ['area_method']],
  ["({ code: 'custom' }); ({ code: number }); log('not_a_code')", []],
])('finds the codes in %s', (text, codes) => {
  const source = parse(text);
  expect(codesIn(source, new Set(makersIn(source)))).toEqual(codes);
});
