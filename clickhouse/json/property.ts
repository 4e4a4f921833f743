import type { Bind } from '../../core/properties/sql.ts';
import { bound } from './bound.ts';
import { isObject, membersOf, nameOf, valueOf } from './members.ts';

/** The JSON text of what is at a path of names, as it was captured; empty when nothing is. Of a repeated name the first counts. */
export function propertyText(json: string, path: readonly string[], bind: Bind): string {
  return path.reduce((text, name, level) => memberText(text, bind('String', name), level), json);
}

function memberText(json: string, name: string, level: number): string {
  return bound(`json_${String(level)}`, json, (text) => {
    const member = `arrayFirst(__member -> ${nameOf('__member')} = ${name}, ${membersOf(text)})`;
    return `if(${isObject(text)}, ${bound(`found_${String(level)}`, member, valueOf)}, '')`;
  });
}
