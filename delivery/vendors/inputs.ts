import { z } from 'zod';

/** Building blocks of inputs. What is no template holds no braces, so that it means itself inside one. */

const NO_BRACES = /^[^{}]*$/;

/** A credential: written, never shown. */
export function secretText(description: string, format = /^[\x21-\x7e]+$/): z.ZodString {
  return z
    .string()
    .min(8)
    .max(500)
    .regex(NO_BRACES)
    .regex(format, 'it is not of the form that this kind expects')
    .meta({ writeOnly: true, description });
}

/** A URL whose path is a credential. */
export function secretUrl(description: string, format?: { pattern: RegExp; expected: string }): z.ZodString {
  const url = z.string().min(12).max(2_048).regex(NO_BRACES);
  const checked = format ? url.regex(format.pattern, `it must be ${format.expected}`) : url;
  return checked.meta({ writeOnly: true, description, format: 'uri' });
}

export function plainText(description: string, format = NO_BRACES): z.ZodString {
  return z
    .string()
    .min(1)
    .max(500)
    .regex(NO_BRACES)
    .regex(format, 'it is not of the form that this kind expects')
    .describe(description);
}

/** A text with Liquid in it; see docs/templates.md. */
export function template(description: string, example: string): z.ZodDefault<z.ZodString> {
  return z.string().min(1).max(10_000).default(example).meta({ template: true, description });
}

/** Where the vendor keeps the account's data; the first is the default. */
export function region<const Regions extends readonly [string, ...string[]]>(
  regions: Regions,
): z.ZodDefault<z.ZodEnum<{ [Region in Regions[number]]: Region }>> {
  const [first] = regions;
  return z
    .enum(regions)
    .default(() => first)
    .describe('Where the account’s data is kept.');
}

export const PERSON = '{{ person.properties.email | default: event.distinct_id }}';
export const WHO_DID_WHAT = `{{ event.name }} by ${PERSON}`;

/** A text even when the template is a lone path, which would keep the type of its value. */
export function asText(source: string): string {
  return `{{ "" }}${source}`;
}

/** At most so many characters of what the template renders. */
export function shortened(source: string, characters: number): string {
  return `{% capture whole %}${source}{% endcapture %}{{ whole | truncate: ${String(characters)} }}`;
}

export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
