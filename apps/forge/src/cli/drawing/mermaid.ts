import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts'

const brackets: Readonly<Record<DrawnNode['shape'], readonly [open: string, close: string]>> = {
  box: ['[', ']'],
  round: ['([', '])'],
  decision: ['{{', '}}'],
}
const arrows: Readonly<Record<DrawnEdge['line'], string>> = {
  solid: '-->',
  dashed: '-.->',
  dotted: '-.->',
  bold: '==>',
}

/** Writes a drawing as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html). */
export function toMermaid({ groups, edges, note }: Drawing): string {
  const tones = groups.flatMap(({ nodes }) => nodes)
  return [
    'flowchart TD',
    ...groups.flatMap(({ id, title, nodes }) => [
      `  subgraph ${id}[${quoted([title])}]`,
      ...nodes.map(nodeLine),
      '  end',
    ]),
    ...edges.map(edgeLine),
    ...(note === undefined ? [] : [`  note[${quoted([note])}]`]),
    ...toneLines('strong', 'stroke-width:3px', tones),
    ...toneLines('faint', 'opacity:0.6', tones),
  ].join('\n')
}

function nodeLine({ id, lines, shape }: DrawnNode): string {
  const [open, close] = brackets[shape]
  return `    ${id}${open}${quoted(lines)}${close}`
}

function edgeLine({ from, to, label, line }: DrawnEdge): string {
  return `  ${from} ${arrows[line]}${label === '' ? '' : `|${quoted([label])}|`} ${to}`
}

function toneLines(tone: DrawnNode['tone'], style: string, nodes: readonly DrawnNode[]): string[] {
  const toned = nodes.filter((node) => node.tone === tone).map(({ id }) => id)
  return toned.length === 0 ? [] : [`  classDef ${tone} ${style}`, `  class ${toned.join(',')} ${tone}`]
}

function quoted(lines: readonly string[]): string {
  return `"${lines.map(escaped).join('<br/>')}"`
}

/**
 * Mermaid takes quotes, HTML, Markdown, comments (`%%`) and what looks like its own `style` lines for what they are even inside of a text, so that
 * everything in ASCII but letters, digits and a few signs is written as an entity.
 */
function escaped(text: string): string {
  return text
    .replaceAll(/\r?\n|\p{Cc}/gu, ' ')
    .replaceAll(/[^\w .,+=()/'?!\u0080-\u{10FFFF}-]/gu, (sign) => `#${sign.codePointAt(0)};`)
}
