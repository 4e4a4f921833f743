import { literalName, namePattern } from '../../core/privacy.ts';
import type { Bind } from '../../core/properties/sql.ts';
import { isNoJson, withoutLoneSurrogates } from '../value-rules.ts';
import { bound } from './bound.ts';
import { decoded, hasUnreadableName, isObject, membersOf, nameOf, valueOf, writtenName } from './members.ts';

/** What becomes of the members at a path of name patterns (core/privacy.ts). */
export interface Redaction {
  path: readonly string[];
  action: 'drop' | 'hash';
}

export interface RedactionTools {
  bind: Bind;
  /** Keyed hash of a text, hexadecimal. */
  hash(text: string): string;
}

/**
 * The object with members left out or hashed. The others keep their text and order; space between members goes. Of a
 * repeated member each is redacted. Text in which members cannot be told apart for certain (no JSON, or no object)
 * becomes `{}`, and a member whose name cannot be read is left out: what a rule may have meant never leaves.
 */
export function redacted(json: string, redactions: readonly Redaction[], tools: RedactionTools): string {
  const readable = `(isValidJSON(${json}) OR NOT ${isNoJson(withoutLoneSurrogates(json))})`;
  return `if(${readable} AND ${isObject(json)}, ${redactedObject(json, redactions, { ...tools, level: 0 })}, '{}')`;
}

interface Level extends RedactionTools {
  level: number;
}

/** First the object's own members, then what is inside of those that are left: a hash is one of the value as it was. */
function redactedObject(json: string, redactions: readonly Redaction[], at: Level): string {
  const own = redactions.filter(({ path }) => path.length === 1);
  const deeper = redactions.filter(({ path }) => path.length > 1);
  const names = [...new Set(deeper.map(({ path }) => path[0] ?? ''))];
  const redactedOwn = own.length === 0 ? json : remade(json, at, (member) => ownMember(member, own, at));
  return names.reduce((text, name) => {
    const inner = deeper.filter(({ path }) => path[0] === name);
    return remade(text, at, (member) => memberWithin(member, { name, inner }, at));
  }, redactedOwn);
}

/** An object of its members, each as `change` says; empty text leaves it out. */
function remade(json: string, { level }: Level, change: (member: string) => string): string {
  const member = `__member_${String(level)}`;
  return bound(`object_${String(level)}`, json, (text) => {
    const changed = `arrayMap(${member} -> ${change(member)}, ${membersOf(text)})`;
    return `concat('{', arrayStringConcat(arrayFilter(__text -> __text != '', ${changed}), ','), '}')`;
  });
}

function ownMember(member: string, redactions: readonly Redaction[], at: Level): string {
  const patterns = (action: Redaction['action']): string[] =>
    redactions.filter((redaction) => redaction.action === action).map(({ path }) => path[0] ?? '');
  const name = nameOf(member);
  const hashed = patterns('hash');
  // Rules that only leave out come without a key.
  const hash =
    hashed.length === 0
      ? ''
      : `${isNamed(name, hashed, at.bind)}, concat(${writtenName(member)}, ':', ${hashedValue(valueOf(member), at)}),`;
  return `multiIf(${hasUnreadableName(member)} OR ${isNamed(name, patterns('drop'), at.bind)}, '', ${hash} ${member})`;
}

function memberWithin(
  member: string,
  { name, inner }: { name: string; inner: readonly Redaction[] },
  at: Level,
): string {
  const deeper = inner.map(({ path, action }) => ({ path: path.slice(1), action }));
  const isMeant = `${isNamed(nameOf(member), [name], at.bind)} AND ${isObject(valueOf(member))}`;
  // Only what is meant is taken apart: the rest is an empty object to the expression inside.
  const value = `if(${isMeant}, ${valueOf(member)}, '{}')`;
  const changed = redactedObject(value, deeper, { ...at, level: at.level + 1 });
  return `multiIf(${hasUnreadableName(member)}, '', ${isMeant}, concat(${writtenName(member)}, ':', ${changed}), ${member})`;
}

function isNamed(name: string, patterns: readonly string[], bind: Bind): string {
  const literals = patterns.map(literalName).filter((literal) => literal !== undefined);
  const others = patterns.filter((pattern) => literalName(pattern) === undefined).map(namePattern);
  const conditions = [
    ...(literals.length > 0 ? [`${name} IN ${bind('Array(String)', literals)}`] : []),
    ...(others.length > 0 ? [`match(${name}, ${bind('String', others.join('|'))})`] : []),
  ];
  return conditions.length > 0 ? `(${conditions.join(' OR ')})` : '0';
}

/** A string is hashed as what it stands for, so that it joins with a column; other values as their JSON text; null stays. */
function hashedValue(value: string, { hash }: Level): string {
  const meaning = decoded(value);
  const text = `if(startsWith(${value}, '"') AND (${meaning} != '' OR ${value} = '""'), ${meaning}, ${value})`;
  return `if(${value} = 'null', 'null', concat('"', ${hash(text)}, '"'))`;
}
