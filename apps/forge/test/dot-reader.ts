/** What {@link readDot} finds. */
export interface ReadGraph {
  readonly groups: {
    readonly id: string
    label: string
    readonly nodes: { readonly id: string; readonly label: string }[]
  }[]
  readonly edges: { readonly from: string; readonly to: string; readonly label: string }[]
}

const token = /\s*(?:("(?:[^"\\\n]|\\[^\n])*")|([A-Za-z_][\w]*|-?\d+(?:\.\d+)?)|(->)|([{}[\];=,]))/y

/** Reads a part of the language of Graphviz: a directed graph of subgraphs, nodes and edges with attributes. Throws where it is anything else. */
export function readDot(text: string): ReadGraph {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (): string | undefined => tokens[at]
  const next = (expected?: string): string => {
    const found = tokens[at++]
    if (found === undefined || (expected !== undefined && found !== expected)) {
      throw new Error(`${expected ?? 'something'} is expected, not ${found}`)
    }
    return found
  }
  const attributes = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>()
    if (peek() !== '[') return found
    next('[')
    while (peek() !== ']') {
      const name = next()
      next('=')
      found.set(name, next())
      if (peek() === ',') next(',')
    }
    next(']')
    return found
  }
  const graph: ReadGraph = { groups: [], edges: [] }
  const statements = (group?: ReadGraph['groups'][number]): void => {
    next('{')
    while (peek() !== '}') {
      const word = next()
      if (word === 'subgraph') {
        const inner = { id: next(), label: '', nodes: [] }
        graph.groups.push(inner)
        statements(inner)
        continue
      }
      if (peek() === '=') {
        next('=')
        const value = next()
        if (group !== undefined && word === 'label') group.label = shown(value)
      } else if (peek() === '->') {
        next('->')
        const to = next()
        graph.edges.push({ from: word, to, label: shown(attributes().get('label') ?? '""') })
      } else {
        const label = attributes().get('label')
        if (!['graph', 'node', 'edge'].includes(word)) group!.nodes.push({ id: word, label: shown(label ?? '""') })
      }
      next(';')
    }
    next('}')
  }
  next('digraph')
  next()
  statements()
  if (at !== tokens.length) throw new Error('something follows the graph')
  return graph
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  const trimmed = text.trimEnd()
  while (token.lastIndex < trimmed.length) {
    const start = token.lastIndex
    const found = token.exec(trimmed)
    if (found === null) throw new Error(`not DOT: ${trimmed.slice(start, start + 40)}`)
    tokens.push(found[0].trimStart())
  }
  return tokens
}

/** What Graphviz shows of a label: `\l` ends a line, other escapes stand for the sign itself; of entities it knows `&amp;` alone. */
function shown(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll(/\\(.)/gsu, (_, sign: string) => (sign === 'l' || sign === 'n' ? '\n' : sign))
    .replaceAll('&amp;', '&')
}
