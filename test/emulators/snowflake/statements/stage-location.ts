import { printQualified } from '../catalog.ts';
import { needTable, resolveName, type Context } from '../context.ts';
import { objectMissing, syntaxError } from '../errors.ts';

export interface StageLocation {
  stageId: string;
  /** What LIST puts before a path: the stage's name, or nothing for a table stage. */
  label: string;
  path: string;
}

const PART = /^(?:"((?:[^"]|"")*)"|([A-Za-z_][\w$]*))/;

/** `"Db".schema.%"t"/path` in its parts. */
function parse(text: string): { name: string[]; ofTable: boolean; path: string } {
  const name: string[] = [];
  let rest = text.slice(1);
  for (;;) {
    const ofTable = rest.startsWith('%');
    const match = PART.exec(ofTable ? rest.slice(1) : rest);
    if (match === null) {
      throw syntaxError(text, 0);
    }
    name.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string).toUpperCase());
    rest = rest.slice(match[0].length + (ofTable ? 1 : 0));
    if (!rest.startsWith('.')) {
      return { name, ofTable, path: rest.replace(/^\//, '') };
    }
    rest = rest.slice(1);
  }
}

/** The stage that `@…` names, for a statement with this privilege (READ or WRITE). */
export function stageLocation(context: Context, text: string, privilege: string): StageLocation {
  const { name: parts, ofTable, path } = parse(text);
  if (ofTable) {
    const table = needTable(context, parts, 'SELECT');
    context.account.assertAllowed('OWNERSHIP', 'table', [table.database, table.schema, table.name]);
    return { stageId: table.stageId, label: '', path };
  }
  const name = resolveName(context, parts, 'stage operation');
  const stage = context.catalog.stage(name);
  if (stage === undefined) {
    throw objectMissing('Stage', printQualified(name));
  }
  context.account.assertAllowed(privilege, 'stage', name);
  return { stageId: stage.stageId, label: `${stage.name.toLowerCase()}/`, path };
}
