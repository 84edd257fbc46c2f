import { type RawBuilder, sql } from 'kysely'
import { callCode, externalCode, instantiateCode, nodeCode } from '../codes.ts'
import type { NodeKind } from '../graph-types.ts'
import { requireCount } from '../require-count.ts'

/** A number that must lie between two others, both included. */
export interface CountRange {
  readonly atLeast?: number
  readonly atMost?: number
}

/** What a condition is compiled for. */
export interface ConditionScope {
  readonly project: number
  /** The row id of a symbol; throws `FORGE_GRAPH_SYMBOL_NOT_FOUND`. */
  nodeOf(id: string): number
}

/** Something that is true or not of a symbol; made by {@link SymbolConditions}. */
export interface SymbolCondition {
  /** @internal The condition on `nodes as n`, left-joined with `files as f`. */
  readonly compile: (scope: ConditionScope) => RawBuilder<boolean>
  /** @internal Whether symbols outside the project are asked for. */
  readonly external?: boolean
}

/** Makes conditions on symbols. */
export interface SymbolConditions {
  /** It is of one of these kinds; `external` is only found where it is asked for. */
  kind(...kinds: readonly NodeKind[]): SymbolCondition
  /** It is in one of these files or folders. */
  in(...paths: readonly string[]): SymbolCondition
  /** It is in one of these languages, as the graph names them: `typescript`, `tsx`, `javascript`, `jsx`. */
  language(...languages: readonly string[]): SymbolCondition
  /** Its name is like this one: `*` stands for any letters and `?` for one; upper and lower case differ. */
  named(pattern: string): SymbolCondition
  /** Its module exports it. */
  exported(): SymbolCondition
  /** It has code of this cyclomatic complexity. */
  complexity(range: CountRange): SymbolCondition
  /** It has code of this cognitive complexity. */
  cognitive(range: CountRange): SymbolCondition
  /** So many symbols call it or make instances of it. */
  callers(range: CountRange): SymbolCondition
  /** It calls or makes instances of so many symbols. */
  callees(range: CountRange): SymbolCondition
  /** It calls the symbol with this id. */
  calls(id: string): SymbolCondition
  /** The symbol with this id calls it. */
  calledBy(id: string): SymbolCondition
  and(...conditions: readonly SymbolCondition[]): SymbolCondition
  or(...conditions: readonly SymbolCondition[]): SymbolCondition
  not(condition: SymbolCondition): SymbolCondition
}

const isCall = sql`e.kind in (${sql.lit(callCode)}, ${sql.lit(instantiateCode)})`
const callers = sql`(select count(distinct e.source) from edges as e where e.project = n.project and e.target = n.id and ${isCall})`
const callees = sql`(select count(distinct e.target) from edges as e where e.project = n.project and e.source = n.id and ${isCall})`

/** The conditions of `@forge/graph`. */
export const symbolConditions: SymbolConditions = {
  kind: (...kinds) => {
    const codes = kinds.map(nodeCode)
    return { ...fixed(sql`n.kind in (${sql.join(codes)})`), external: kinds.includes('external') }
  },
  in: (...paths) => anyOf(paths.map(isUnder)),
  language: (...languages) => fixed(sql`f.language in (${sql.join(languages)})`),
  named: (pattern) => fixed(sql`n.name glob ${pattern.replaceAll('[', '[[]')}`),
  exported: () => fixed(sql`n.exported = 1 and n.kind <> ${sql.lit(externalCode)}`),
  complexity: (range) => between(sql`n.complexity`, 'complexity', range),
  cognitive: (range) => between(sql`n.cognitive`, 'cognitive', range),
  callers: (range) => between(callers, 'callers', range),
  callees: (range) => between(callees, 'callees', range),
  calls: (id) => ({
    compile: (scope) =>
      sql<boolean>`exists (select 1 from edges as e where e.project = n.project and e.source = n.id and e.target = ${scope.nodeOf(id)} and ${isCall})`,
  }),
  calledBy: (id) => ({
    compile: (scope) =>
      sql<boolean>`exists (select 1 from edges as e where e.project = n.project and e.source = ${scope.nodeOf(id)} and e.target = n.id and ${isCall})`,
  }),
  and: (...conditions) => allOf(conditions),
  or: (...conditions) => anyOf(conditions),
  not: (condition) => ({ compile: (scope) => sql<boolean>`(${condition.compile(scope)}) is not true` }),
}

/** All of the conditions; true where there are none. */
export function allOf(conditions: readonly SymbolCondition[]): SymbolCondition {
  return joined(conditions, sql` and `, sql<boolean>`true`)
}

function anyOf(conditions: readonly SymbolCondition[]): SymbolCondition {
  return joined(conditions, sql` or `, sql<boolean>`false`)
}

function joined(
  conditions: readonly SymbolCondition[],
  word: RawBuilder<unknown>,
  none: RawBuilder<boolean>,
): SymbolCondition {
  if (conditions.length === 0) return { compile: () => none }
  return {
    external: conditions.some(({ external = false }) => external),
    compile: (scope) => {
      const parts = conditions.map((condition) => sql`(${condition.compile(scope)})`)
      return sql<boolean>`(${sql.join(parts, word)})`
    },
  }
}

function fixed(condition: RawBuilder<unknown>): SymbolCondition {
  return { compile: () => sql<boolean>`(${condition})` }
}

/** The folder of the project itself holds everything. */
function isUnder(path: string): SymbolCondition {
  const trimmed = path.replace(/^\.\/|\/+$/g, '')
  if (trimmed === '' || trimmed === '.') return fixed(sql`f.id is not null`)
  return fixed(sql`f.path = ${trimmed} or (f.path >= ${`${trimmed}/`} and f.path < ${`${trimmed}0`})`)
}

function between(value: RawBuilder<unknown>, what: string, { atLeast, atMost }: CountRange): SymbolCondition {
  const bounds = [
    ...(atLeast === undefined ? [] : [sql`${value} >= ${requireCount(what, atLeast, 0)}`]),
    ...(atMost === undefined || requireCount(what, atMost, 0) === Infinity ? [] : [sql`${value} <= ${atMost}`]),
  ]
  return bounds.length === 0 ? fixed(sql`${value} is not null`) : fixed(sql.join(bounds, sql` and `))
}
