import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDot } from '../src/cli/drawing/dot.ts'
import type { Drawing, DrawnEdge, DrawnNode } from '../src/cli/drawing/drawing.ts'
import { toMermaid } from '../src/cli/drawing/mermaid.ts'
import { readDot } from './dot-reader.ts'

const hostile = [
  'a "quoted" \\ text',
  'ends in a backslash \\',
  'two\nlines\r\nand a\ttab',
  '<b onclick="x">&amp;</b>',
  '%%{init: {"theme": "dark"}}%%',
  'style x: #quot; end; ]} |',
  'a && b; &lt; &#60;',
  '`markdown` **bold** # 1. list',
  'é ø 漢字 😀 \u0000\u001B[31m',
]

const texts = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

const drawings: fc.Arbitrary<Drawing> = fc
  .array(fc.array(fc.tuple(fc.array(texts, { minLength: 1, maxLength: 3 }), texts), { maxLength: 4 }), { maxLength: 3 })
  .chain((groups): fc.Arbitrary<Drawing> => {
    const ids = groups.flatMap((nodes, at) => nodes.map((_, index) => `f${at}n${index}`))
    const drawn = groups.map((nodes, at) => ({
      id: `f${at}`,
      title: nodes[0]?.[1] ?? 'empty',
      nodes: nodes.map(([lines], index): DrawnNode => ({
        id: `f${at}n${index}`,
        lines,
        shape: (['box', 'round', 'decision'] as const)[index % 3]!,
        tone: (['plain', 'strong', 'faint'] as const)[index % 3]!,
      })),
    }))
    if (ids.length === 0) return fc.constant({ groups: drawn, edges: [] })
    const edge: fc.Arbitrary<DrawnEdge> = fc.record({
      from: fc.constantFrom(...ids),
      to: fc.constantFrom(...ids),
      label: fc.oneof(fc.constant(''), texts),
      line: fc.constantFrom('solid', 'dashed', 'dotted', 'bold'),
    })
    return fc.array(edge, { maxLength: 6 }).map((edges) => ({ groups: drawn, edges }))
  })

/** A text as it can be seen: breaks and other control characters are spaces. */
function seen(text: string): string {
  return text.replaceAll(/\r?\n|\p{Cc}/gu, ' ')
}

describe('DOT', () => {
  it('is read back as the nodes, groups and edges that were drawn', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { groups, edges } = readDot(toDot(drawing))
        expect(groups).toEqual(
          drawing.groups.map(({ id, title, nodes }) => ({
            id: `cluster_${id}`,
            label: seen(title),
            nodes: nodes.map((node) => ({
              id: node.id,
              // Lines that begin at the left each end in their own break.
              label:
                node.lines.length === 1 ? seen(node.lines[0]!) : node.lines.map((line) => `${seen(line)}\n`).join(''),
            })),
          })),
        )
        expect(edges).toEqual(drawing.edges.map(({ from, to, label }) => ({ from, to, label: seen(label) })))
      }),
    )
  })
})

describe('Mermaid', () => {
  const entity = /#(\d+);/g
  const text = String.raw`"(?:[\w .,+=()/'?!\u0080-\u{10FFFF}-]|#\d+;|<br/>)*"`
  const lines = [
    /^flowchart TD$/,
    new RegExp(`^ {2}subgraph f\\d+\\[${text}\\]$`, 'u'),
    new RegExp(`^ {4}\\w+(?:\\[${text}\\]|\\(\\[${text}\\]\\)|\\{\\{${text}\\}\\})$`, 'u'),
    /^ {2}end$/,
    new RegExp(`^ {2}\\w+ (?:-->|-\\.->|==>)(?:\\|${text}\\|)? \\w+$`, 'u'),
    /^ {2}classDef (?:strong|faint) [\w:.-]+$/,
    /^ {2}class \w+(?:,\w+)* (?:strong|faint)$/,
  ]

  it('is made of the statements of a flowchart, whose texts hold no sign that it gives a meaning', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const written = toMermaid(drawing).split('\n')
        expect(written.filter((line) => !lines.some((pattern) => pattern.test(line)))).toEqual([])
        expect(written.filter((line) => line.startsWith('  subgraph'))).toHaveLength(drawing.groups.length)
        expect(written.filter((line) => /^ {2}\w+ (?:--|-\.|==)/.test(line))).toHaveLength(drawing.edges.length)
      }),
    )
  })

  it.each(hostile)('says what was drawn: %j', (label) => {
    const drawing: Drawing = {
      groups: [{ id: 'f0', title: '', nodes: [{ id: 'f0n0', lines: [label, 'x'], shape: 'box', tone: 'plain' }] }],
      edges: [],
    }
    const line = toMermaid(drawing).split('\n')[2]!
    const content = /\["(.*)"\]$/.exec(line)![1]!
    const read = content
      .split('<br/>')
      .map((part) => part.replaceAll(entity, (_, code) => String.fromCodePoint(Number(code))))
    expect(read).toEqual([seen(label), 'x'])
  })
})
