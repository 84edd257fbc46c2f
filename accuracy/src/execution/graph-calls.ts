import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import type { CodePlace } from './observed-calls.ts'
import type { Program } from './programs.ts'

/** A symbol of a program, as the export has it. */
interface ProgramSymbol {
  readonly id: string
  readonly kind: string
  readonly qualifiedName: string
  readonly start: number
  readonly end: number
}

/** What Forge says of one program. */
export interface ProgramGraph {
  /** Who calls whom: `* > a`. */
  readonly calls: ReadonlySet<string>
  /** The name of the symbol a function is, or is part of; `*` for the top of the program, `b` for that of its file `b.js`. */
  nameOf(place: CodePlace): string
}

const top = '*'
/** What is no code of its own. */
const passive = new Set(['parameter', 'type', 'interface'])

/** Indexes all programs, each a folder of one project. */
export async function graphsOf(programs: readonly Program[]): Promise<readonly ProgramGraph[]> {
  const root = mkdtempSync(join(tmpdir(), 'forge-execution-'))
  try {
    for (const [index, { files }] of programs.entries()) {
      mkdirSync(join(root, 'src', String(index)), { recursive: true })
      for (const { path, code } of files) {
        // A script would share its names with all others.
        const text = files.length === 1 && path.endsWith('.js') ? `${code}\nexport {}\n` : code
        writeFileSync(join(root, 'src', String(index), path), text)
      }
    }
    await using forge = await Forge.open(root, { database: join(root, 'graph.db') })
    await forge.index()
    return await readGraphs(forge, programs.length)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function readGraphs(forge: Forge, count: number): Promise<readonly ProgramGraph[]> {
  const symbols: ProgramSymbol[][] = Array.from({ length: count }, () => [])
  const calls: Set<string>[] = Array.from({ length: count }, () => new Set())
  const names = new Map<string, string>()
  for await (const line of forge.graph.exportLines()) {
    const record = JSON.parse(line) as Record<string, string> & ProgramSymbol
    if (record['t'] === 'symbol') {
      symbols[numberIn(record.id)]!.push(record)
      names.set(record.id, record.kind === 'module' ? topOf(fileIn(record.id)) : record.qualifiedName)
    }
    if (record['t'] !== 'edge' || record.kind !== 'calls' || record['to']!.startsWith('external:')) continue
    calls[numberIn(record['from']!)]!.add(`${names.get(record['from']!)} > ${names.get(record['to']!)}`)
  }
  return symbols.map((of, index) => ({ calls: calls[index]!, nameOf: (place) => nameIn(of, place) }))
}

/** The number of the program that a symbol is of: ids begin with the path of its file. */
function numberIn(id: string): number {
  return Number(/^src\/(?<number>\d+)\//.exec(id)!.groups!['number'])
}

/** The file of the program that a symbol is of. */
function fileIn(id: string): string {
  return /^src\/\d+\/(?<file>[^#]+)/.exec(id)!.groups!['file']!
}

function topOf(file: string): string {
  const name = file.replace(/\.\w+$/, '')
  return name === 'main' ? top : name
}

function nameIn(symbols: readonly ProgramSymbol[], { file, fn }: CodePlace): string {
  if (fn === undefined) return topOf(file)
  const around = symbols.filter(
    ({ id, kind, start, end }) =>
      kind !== 'module' && !passive.has(kind) && fileIn(id) === file && start <= fn.start && fn.end <= end,
  )
  const nearest = around.toSorted((left, right) => left.end - left.start - (right.end - right.start))[0]
  return nearest?.qualifiedName ?? topOf(file)
}
