import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailEvent } from '../../core/webhook-event.ts';
import { errorCode } from '../../core/errors.ts';
import { compileTemplate, type CompiledTemplate } from './template.ts';

const event: TailEvent = {
  teamId: 7,
  uuid: '0192f0c1-0000-7000-8000-000000000001',
  event: 'order "paid"',
  distinctId: 'user-1',
  propertiesJson:
    '{"amount":9007199254740993,"price":1.10,"nested":{"list":[1,{"x":"y"}]},"a b":"ü","text":"line\\nbreak","$groups":{"company":"acme"},"__proto__":{"evil":1}}',
  personId: '00000000-0000-0000-0000-000000000000',
  personPropertiesJson: '{"email":"a@example.com"}',
  timestamp: '2026-11-21T12:00:00.123456Z',
  insertedAtMicros: 1,
};
const webhook = { id: 'w-1', name: 'Orders' };

function render(template: unknown, contentType = 'application/json', of: TailEvent = event): string {
  return unhurried(compileTemplate({ contentType, template }))({ event: of, webhook });
}

/** On a busy machine the quickest template may be too slow, as it is tried again in the product. */
function unhurried(compiled: CompiledTemplate, tries = 20): CompiledTemplate {
  return (input) => {
    try {
      return compiled(input);
    } catch (error) {
      if (tries > 1 && errorCode(error) === 'template_too_slow') {
        return unhurried(compiled, tries - 1)(input);
      }
      throw error;
    }
  };
}

describe('a JSON template', () => {
  test('puts values where its strings say, lone paths with their type and every digit', () => {
    const template = {
      text: 'Paid: {{ event.name }} by {{ person.properties.email | upcase }}',
      amount: '{{ event.properties.amount }}',
      price: '{{event.properties.price}}',
      list: ['{{ event.properties.nested.list[1].x }}', '{{ event.properties["a b"] }}', 1, null, true],
      company: '{{ groups.company }}',
      missing: '{{ event.properties.none.deeper }}',
      person: '{{ person.id }}',
      nested: '{{ event.properties.nested }}',
      from: '{{ team.id }} {{ webhook.name }}',
    };
    expect(render(template)).toBe(
      '{"text":"Paid: order \\"paid\\" by A@EXAMPLE.COM","amount":9007199254740993,"price":1.10,"list":["y","ü",1,null,true],' +
        '"company":"acme","missing":null,"person":null,"nested":{"list":[1,{"x":"y"}]},"from":"7 Orders"}',
    );
  });

  test('takes the members of another object in, but for those that it names itself', () => {
    const template = {
      '...': '{{ event.properties.nested }}',
      x: 1,
      at: '{{ event.timestamp_ms }}',
      s: '{{ event.timestamp_s }}',
    };
    expect(render(template)).toBe('{"list":[1,{"x":"y"}],"x":1,"at":1795262400123,"s":1795262400}');
    expect(render({ list: '-', '...': '{{ event.properties.nested }}' })).toBe('{"list":"-"}');
    expect(render({ a: 1, '...': '{{ event.properties.amount }}' })).toBe('{"a":1}');
    expect(render({ a: 1, '...': '{{ event.properties.none }}' })).toBe('{"a":1}');
    const big = { ...event, propertiesJson: '{"n":9007199254740993,"a\\u0022b":"\\u00fc"}' };
    expect(render({ '...': '{{ event.properties }}' }, 'application/json', big)).toBe(
      '{"n":9007199254740993,"a\\"b":"\\u00fc"}',
    );
    expect(() => render({ '...': 'text {{ event.name }}' })).toThrow(/lone path/);
  });

  test('escapes values for a receiver with a markup of its own, and then everything is text', () => {
    const slack = (template: unknown): string =>
      compileTemplate({ contentType: 'application/json', template, escape: 'slack' })({
        event: { ...event, event: '<!here> & <@U1>' },
        webhook,
      });
    expect(slack({ a: '<b>{{ event.name }}</b>', n: '{{ event.properties.amount }}' })).toBe(
      '{"a":"<b>&lt;!here&gt; &amp; &lt;@U1&gt;</b>","n":"9007199254740992"}',
    );
  });

  test('loops and conditions work inside a string', () => {
    expect(
      render({ a: '{% if event.name contains "paid" %}yes{% endif %}{% for i in (1..3) %}{{ i }}{% endfor %}' }),
    ).toBe('{"a":"yes123"}');
    expect(render('{{ event.properties | json }}')).toContain('acme');
  });

  test('no event can change its shape', () => {
    const template = { a: '{{ event.name }}', b: 'x{{ event.properties.v }}y', c: '{{ event.properties.v }}' };
    const compiled = unhurried(compileTemplate({ contentType: 'application/json', template }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (name, v) => {
        const of = { ...event, event: name, propertiesJson: JSON.stringify({ v }) };
        const body = JSON.parse(compiled({ event: of, webhook })) as Record<string, unknown>;
        expect(Object.keys(body)).toEqual(['a', 'b', 'c']);
        expect([typeof body['a'], typeof body['b']]).toEqual(['string', 'string']);
        expect(body['c']).toEqual(JSON.parse(JSON.stringify(v)));
      }),
    );
  });
});

test('a text template is rendered as it is', () => {
  expect(render('{{ event.name }}: {{ event.properties.price }}', 'text/plain')).toBe('order "paid": 1.1');
});

describe('what a template may not', () => {
  test.each([
    ['an open tag', { a: '{{ event.name' }, 'template/a'],
    ['an unknown filter', { a: { b: '{{ event.name | shell }}' } }, 'template/a/b'],
    ['an unknown root', { a: '{{ process.env.HOME }}' }, 'template/a: there is no process'],
    ['an unknown root in a condition', ['{% if secrets %}x{% endif %}'], 'template/0: there is no secrets'],
    ['include', { a: '{% include "x" %}' }, 'template/a'],
    ['render', { a: '{% render "x" %}' }, 'template/a'],
    ['layout', { a: '{% layout "x" %}' }, 'template/a'],
    ['random', { a: '{{ event.properties.nested.list | sample }}' }, 'template/a'],
    ['its size', { a: 'x'.repeat(70_000) }, '65536'],
    ['too many values', Array.from({ length: 2_001 }, () => 1), '2000'],
  ])('%s is refused when it is saved', (_, template, message) => {
    expect(() => compileTemplate({ contentType: 'application/json', template })).toThrow(message);
  });

  test.each([
    ['{% for i in (1..100000000) %}x{% endfor %}'],
    ['{% assign a = "xxxxxxxxxx" %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}'],
    ['{% for i in (1..9999) %}{% for j in (1..9999) %}{{ event.name | sha256 }}{% endfor %}{% endfor %}'],
  ])('%s is stopped', (bomb) => {
    const compiled = compileTemplate({ contentType: 'application/json', template: { bomb } });
    expect(() => compiled({ event, webhook })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^template_(failed|too_slow)$/) }),
    );
  });

  test('reach what is not its own', () => {
    expect(render({ a: '{{ event.constructor.name }}|{{ event.properties.toString }}|{{ event["__proto__"] }}' })).toBe(
      '{"a":"||"}',
    );
    expect(render({ a: '{{ event.constructor }}', b: '{{ event.properties.hasOwnProperty }}' })).toBe(
      '{"a":null,"b":null}',
    );
  });
});
