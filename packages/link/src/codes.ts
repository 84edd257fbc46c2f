import { exprOps, occurrenceRoles, symbolKinds } from '@forge/lang'
import type { ExprOp, OccurrenceRole, SymbolKind } from '@forge/lang'
import { edgeKinds } from './link-types.ts'
import type { EdgeKind } from './link-types.ts'

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  const codes: Partial<Record<Name, number>> = {}
  for (let code = 0; code < names.length; code++) codes[names[code]!] = code
  return codes as Record<Name, number>
}

/** The code of each symbol kind. */
export const kindCode: Readonly<Record<SymbolKind, number>> = codesOf(symbolKinds)
/** The code of each expression operator. */
export const opCode: Readonly<Record<ExprOp, number>> = codesOf(exprOps)
/** The code of each occurrence role. */
export const roleCode: Readonly<Record<OccurrenceRole, number>> = codesOf(occurrenceRoles)
/** The code of each edge kind. */
export const edgeCode: Readonly<Record<EdgeKind, number>> = codesOf(edgeKinds)

/** What a name can mean: bits. A name may have a value, a type and a namespace at once. */
export const meaning = { value: 1, type: 2, namespace: 4 } as const

const meanings: ReadonlyMap<SymbolKind, number> = new Map<SymbolKind, number>([
  ['module', meaning.value | meaning.namespace],
  ['class', meaning.value | meaning.type],
  ['enum', meaning.value | meaning.type | meaning.namespace],
  ['namespace', meaning.value | meaning.namespace],
  ['interface', meaning.type],
  ['type', meaning.type],
  ['import', 0],
])

/** The meanings of a symbol, by the code of its kind. */
export const meaningsOfKind: Uint8Array = Uint8Array.from(symbolKinds, (kind) => meanings.get(kind) ?? meaning.value)

const memberKinds: ReadonlySet<SymbolKind> = new Set(['method', 'constructor', 'getter', 'setter', 'property'])

/** Whether a symbol of this kind is reached through a value of its class or interface, by the code of its kind. */
export const isMemberKind: Uint8Array = Uint8Array.from(symbolKinds, (kind) => (memberKinds.has(kind) ? 1 : 0))
