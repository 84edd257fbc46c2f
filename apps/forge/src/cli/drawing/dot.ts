import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts'

const shapes: Readonly<Record<DrawnNode['shape'], string>> = {
  box: 'shape=box',
  round: 'shape=box, style=rounded',
  decision: 'shape=hexagon',
}
const tones: Readonly<Record<DrawnNode['tone'], string>> = {
  plain: '',
  strong: ', penwidth=2.5',
  faint: ', color=gray60, fontcolor=gray40',
}

/** `newrank`: without it the layout of some hundreds of nodes in groups fails ("trouble in init_rank") where edges lead back from group to group. */
const graphAttributes = 'newrank=true, fontname="Helvetica", fontsize=11, labeljust=l'

/** Writes a drawing in DOT, the language of Graphviz (https://graphviz.org/doc/info/lang.html). */
export function toDot({ groups, edges, note }: Drawing): string {
  return [
    'digraph forge {',
    `  graph [${graphAttributes}];`,
    '  node [fontname="Courier", fontsize=10];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...groups.flatMap(({ id, title, nodes }) => [
      `  subgraph cluster_${id} {`,
      `    label=${quoted(title)};`,
      ...nodes.map(nodeLine),
      '  }',
    ]),
    ...edges.map(edgeLine),
    ...(note === undefined ? [] : [`  label=${quoted(note)};`]),
    '}',
  ].join('\n')
}

function nodeLine({ id, lines, shape, tone }: DrawnNode): string {
  // Several lines are code, which begins at the left.
  const label = lines.length === 1 ? quoted(lines[0]!) : `"${lines.map((line) => `${escaped(line)}\\l`).join('')}"`
  return `    ${id} [label=${label}, ${shapes[shape]}${tones[tone]}];`
}

function edgeLine({ from, to, label, line }: DrawnEdge): string {
  const attributes = [
    ...(label === '' ? [] : [`label=${quoted(label)}`]),
    ...(line === 'solid' ? [] : [`style=${line}`]),
  ]
  return `  ${from} -> ${to}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`
}

function quoted(text: string): string {
  return `"${escaped(text)}"`
}

/** In a label a backslash begins an escape (`\l`, `\N`) and `&lt;` is an entity; in a quoted text a quote ends it. */
function escaped(text: string): string {
  return text
    .replaceAll(/["\\]/g, (found) => `\\${found}`)
    .replaceAll(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll(/\r?\n|\p{Cc}/gu, ' ')
}
