import { posix } from 'node:path'
import { extract, occurrenceRoles, symbolFlag, symbolKinds } from '@forge/lang'
import type { Facts, Language } from '@forge/lang'
import { confidences, createLinker, edgeKinds, throughRole } from '@forge/link'
import type { EdgeKind, FileLinks, Linker, LinkFile, ModuleTarget } from '@forge/link'

/** A linked project, read as text. */
export interface Project {
  /** `calls a.ts#f -> b.ts#g exact`, sorted; of these kinds, or all but `contains`. */
  edges(...kinds: EdgeKind[]): string[]
  /** What the name after the comment with the marker leads to: `b.ts#g exact`, `local a.ts#f.x`, `unresolved undeclared`. */
  at(marker: string): string[]
  /** `name reason`, in order; ` call` behind it for what is called. */
  unresolved(): string[]
  /** The names of calls through function values. */
  functionValues(): string[]
}

const languages: Readonly<Record<string, Language>> = {
  '.ts': 'typescript',
  '.tsx': 'tsx',
  '.js': 'javascript',
  '.cjs': 'javascript',
}

/** The files of a fixture: each starts with a line `//- /path`. */
export function filesOf(fixture: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const part of fixture.split(/^[ \t]*\/\/- \//m).slice(1)) {
    const newline = part.indexOf('\n')
    files.set(part.slice(0, newline).trim(), part.slice(newline + 1))
  }
  return files
}

function resolve(paths: readonly string[], from: string, specifier: string): ModuleTarget {
  if (!specifier.startsWith('.')) return { kind: 'external', name: specifier }
  const base = posix.join(posix.dirname(from), specifier)
  const candidates = [
    base,
    ...Object.keys(languages).flatMap((extension) => [`${base}${extension}`, `${base}/index${extension}`]),
  ]
  for (const candidate of candidates) {
    const file = paths.indexOf(candidate)
    if (file >= 0) return { kind: 'file', file }
  }
  return { kind: 'unresolved', reason: 'module-not-found' }
}

/** What the linker is given for a fixture, its files in the order of `paths`. */
export function inputOf(files: ReadonlyMap<string, string>, paths: readonly string[] = [...files.keys()]): LinkFile[] {
  return paths.map((path) => {
    const facts = extract({ text: files.get(path)!, language: languages[posix.extname(path)]! })
    const targets = Array.from(facts.modules.specifier, (string) => resolve(paths, path, facts.strings[string]!))
    return { path, facts, targets }
  })
}

/** Links a fixture of several files in one string. */
export function project(fixture: string): Project {
  const files = filesOf(fixture)
  return linked(files, inputOf(files))
}

/** Links files, those of `order` first. */
export function linked(
  texts: ReadonlyMap<string, string>,
  input: readonly LinkFile[],
  order: readonly number[] = [],
): Project {
  const linker = createLinker(input)
  const links = new Map<number, FileLinks>()
  for (const file of order) links.set(file, linker.linkFile(file))
  for (let file = 0; file < input.length; file++) if (!links.has(file)) links.set(file, linker.linkFile(file))
  const describe = describer(linker, input)
  const inFileOrder = [...links].toSorted(([a], [b]) => a - b)

  return {
    edges(...kinds) {
      const lines = inFileOrder.flatMap(([, { edges }]) =>
        Array.from(edges.source, (source, row) => {
          const kind = edgeKinds[edges.kind[row]!]!
          if (kinds.length === 0 ? kind === 'contains' : !kinds.includes(kind)) return ''
          return `${kind} ${describe(source)} -> ${describe(edges.target[row]!)} ${confidences[edges.confidence[row]!]}`
        }),
      )
      return lines.filter((line) => line !== '').toSorted()
    },
    at(marker) {
      for (const [file, found] of inFileOrder) {
        const text = texts.get(input[file]!.path)!
        const comment = `/*${marker}*/`
        const offset = text.indexOf(comment)
        if (offset >= 0) return meanings(file, found, offset + comment.length, describe, linker)
      }
      throw new Error(`The fixture has no marker ${marker}`)
    },
    unresolved: () =>
      inFileOrder.flatMap(([, found]) =>
        found.unresolved.map(({ name, reason, call }) => `${name} ${reason}${call ? ' call' : ''}`),
      ),
    functionValues: () => inFileOrder.flatMap(([, found]) => found.functionValues.map(({ name }) => name)),
  }
}

function meanings(
  file: number,
  links: FileLinks,
  offset: number,
  describe: (symbol: number) => string,
  linker: Linker,
): string[] {
  const { edges, locals, unresolved } = links
  const found = new Set<string>()
  for (let row = 0; row < edges.count; row++) {
    for (let site = edges.siteFirst[row]!; site < edges.siteFirst[row + 1]!; site++) {
      if (edges.sites[site * 3] !== offset) continue
      const code = edges.sites[site * 3 + 2]!
      const role = code === throughRole ? 'through' : occurrenceRoles[code]
      found.add(
        `${edgeKinds[edges.kind[row]!]} ${describe(edges.target[row]!)} ${confidences[edges.confidence[row]!]} ${role}`,
      )
    }
  }
  for (let at = 0; at < locals.length; at += 5) {
    if (locals[at] !== offset) continue
    found.add(`local ${describe(linker.symbol(file, locals[at + 3]!))} ${occurrenceRoles[locals[at + 2]!]}`)
  }
  for (const one of unresolved) if (one.start === offset) found.add(`unresolved ${one.reason}`)
  return [...found].toSorted()
}

/** Names symbols by their files and the names around them. */
function describer(linker: Linker, input: readonly LinkFile[]): (symbol: number) => string {
  return (symbol) => {
    if (symbol < 0) return linker.externals[-1 - symbol]!
    const { path, facts } = input[linker.fileOf(symbol)]!
    const names = qualified(facts, linker.rowOf(symbol))
    return names === '' ? path : `${path}#${names}`
  }
}

function qualified({ symbols, strings }: Facts, row: number): string {
  const names: string[] = []
  for (let at = row; at > 0; at = symbols.parent[at]!) {
    const hidden = (symbols.flags[at]! & symbolFlag.hidden) !== 0 || symbolKinds[symbols.kind[at]!] === 'object'
    if (!hidden) names.unshift(strings[symbols.name[at]!]!)
  }
  return names.join('.')
}
