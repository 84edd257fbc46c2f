import { array, assert, constantFrom, jsonValue, property, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { jsonMembers } from '../src/http/json-members.ts'

const space = array(constantFrom(' ', '\n', '\t', '\r'), { maxLength: 3 }).map((all) => all.join(''))

test('the members of a JSON text are the texts that stand there, whatever is around them', () => {
  const member = tuple(
    string({ unit: 'binary' }).map((name) => JSON.stringify(name)),
    jsonValue(),
    space,
    space,
    space,
    space,
  )
  assert(
    property(array(member, { maxLength: 6 }), space, space, (members, before, after) => {
      const texts = members.map(([name, value, a, b, c, d]) => ({
        name,
        value: JSON.stringify(value, null, 1),
        around: (text: string) => `${a}${name}${b}:${c}${text}${d}`,
      }))
      const text = `${before}{${texts.map(({ value, around }) => around(value)).join(',') || after}}${after}`
      const parsed = JSON.parse(text) as Readonly<Record<string, unknown>>
      const found = jsonMembers(text)
      expect(new Set(found.keys())).toEqual(new Set(texts.map(({ name }) => JSON.parse(name) as string)))
      // Of a name that is there twice the last one counts.
      for (const { name, value } of texts
        .toReversed()
        .filter((each, index, all) => all.findIndex((other) => other.name === each.name) === index)) {
        expect(found.get(JSON.parse(name) as string)).toBe(value)
      }
      // The text of __proto__ is kept too, but JSON.parse makes an own property of it that an object literal has not.
      const others = [...found].filter(([name]) => name !== '__proto__')
      expect(others.map(([name, value]) => [name, JSON.parse(value)])).toEqual(
        others.map(([name]) => [name, parsed[name]]),
      )
    }),
    { numRuns: 500 },
  )
})

test.each<[string, readonly (readonly [string, string])[]]>([
  ['{}', []],
  [' { } ', []],
  [
    '{"a":1.0,"b" : -0}',
    [
      ['a', '1.0'],
      ['b', '-0'],
    ],
  ],
  [
    '{"a":{"a":[1,"}]"]},"b":"\\"}"}',
    [
      ['a', '{"a":[1,"}]"]}'],
      ['b', '"\\"}"'],
    ],
  ],
  ['{"a":1,"a":2}', [['a', '2']]],
  [`{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, [['a', `${'['.repeat(1000)}${']'.repeat(1000)}`]]],
])('%s has its members', (text, members) => {
  expect([...jsonMembers(text)]).toEqual(members)
})
