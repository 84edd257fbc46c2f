import { exprOps, moduleRequestKinds, occurrenceRoles, symbolKinds } from './facts.ts'
import type { ExprOp, OccurrenceRole, SymbolKind } from './facts.ts'

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.freeze(Object.fromEntries(names.map((name, code) => [name, code]))) as Readonly<Record<Name, number>>
}

/** The code of each symbol kind. */
export const kindCode: Readonly<Record<SymbolKind, number>> = codesOf(symbolKinds)

/** The code of each expression operator. */
export const opCode: Readonly<Record<ExprOp, number>> = codesOf(exprOps)

/** The code of each role of an occurrence. */
export const roleCode: Readonly<Record<OccurrenceRole, number>> = codesOf(occurrenceRoles)

/** The code of each kind of module request. */
export const requestCode: Readonly<Record<(typeof moduleRequestKinds)[number], number>> = codesOf(moduleRequestKinds)
