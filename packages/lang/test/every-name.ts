import { parseSync, visitorKeys } from 'oxc-parser'
import type { Node } from 'oxc-parser'
import type { Facts, Language } from '@forge/lang'

const dialects = { typescript: 'ts', tsx: 'tsx', javascript: 'jsx', jsx: 'jsx' } as const

interface Place {
  readonly node: Node & { readonly name: string }
  readonly parent: Node
  readonly key: string
  readonly above: readonly Node[]
}

/** The parts of a tree that may name something and are yet neither a symbol's name nor an occurrence. */
const excluded: Readonly<Record<string, (place: Place) => boolean>> = {
  labels: ({ parent, key }) => key === 'label' && /^(?:Break|Continue|Labeled)Statement$/.test(parent.type),
  'labels of tuple elements': ({ parent, key }) => parent.type === 'TSNamedTupleMember' && key === 'label',
  'meta properties': ({ parent }) => parent.type === 'MetaProperty',
  'import attributes': ({ parent }) => parent.type === 'ImportAttribute',
  'exported aliases': ({ parent, key }) =>
    /^Export(?:Specifier|AllDeclaration)$/.test(parent.type) && key === 'exported',
  'as const': ({ node, parent }) => node.name === 'const' && parent.type === 'TSTypeReference',
  'this parameters': ({ node }) => node.name === 'this',
  'unbound undefined': ({ node }) => node.name === 'undefined',
  'attributes of JSX elements': ({ parent, key }) => parent.type === 'JSXAttribute' && key === 'name',
  'names with a namespace in JSX': ({ parent }) => parent.type === 'JSXNamespacedName',
  'intrinsic elements': ({ node, parent }) =>
    node.type === 'JSXIdentifier' && /^JSX(?:Opening|Closing)Element$/.test(parent.type) && /^[a-z]|-/.test(node.name),
  'names of UMD globals': ({ parent }) => parent.type === 'TSNamespaceExportDeclaration',
}

/** The names in a text that its facts say nothing about, with their lines. */
export function forgottenNames(text: string, language: Language, facts: Facts): string[] {
  const { program } = parseSync('', text, { lang: dialects[language], astType: 'ts', preserveParens: false })
  const known = new Set<number>()
  for (let row = 0; row < facts.symbols.count; row += 1) {
    if (facts.symbols.nameEnd[row]! > facts.symbols.nameStart[row]!) known.add(facts.symbols.nameStart[row]!)
  }
  for (let row = 0; row < facts.occurrences.count; row += 1) known.add(facts.occurrences.start[row]!)
  const forgotten: string[] = []
  const visit = (node: Node, parent: Node, key: string, above: readonly Node[]): void => {
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier' || node.type === 'PrivateIdentifier') {
      const place = { node: node as Place['node'], parent, key, above }
      if (!known.has(node.start) && !Object.values(excluded).some((allows) => allows(place))) {
        const line = text.slice(0, node.start).split('\n').length
        forgotten.push(`${line}: ${place.node.name} (${key} of ${parent.type})`)
      }
    }
    const fields = node as unknown as Readonly<Record<string, unknown>>
    for (const field of visitorKeys[node.type] ?? []) {
      const value = fields[field]
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child === 'object' && child !== null) visit(child as Node, node, field, [...above, node])
      }
    }
  }
  visit(program, program, '', [])
  return forgotten
}
