import type { Database, Transaction } from '@forge/db'
import type { RegistryTables } from '../schema.ts'
import { confidences, type PublicSurface, type PublicSymbol, type Target } from './feed-types.ts'
import { entriesRead, holdersName, type Read } from './resolve-use.ts'

type Tx = Transaction<RegistryTables>

/** Makes what is known of a provider equal to a surface, and writes only what differs. */
export class SurfaceWriter {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<RegistryTables>) {
    this.#statements = prepare(db)
  }

  /** Returns the lookups that give something else than before. */
  write(tx: Tx, provider: number, surface: PublicSurface): readonly Read[] {
    const keys = this.#writeSymbols(tx, provider, surface.symbols)
    return [
      ...this.#writeEntries(tx, provider, surface.entries, keys),
      ...this.#writeLeads(tx, provider, 'names', namesOf(surface, keys)),
      ...this.#writeLeads(tx, provider, 'holders', holdersOf(surface, keys)),
    ]
  }

  /** The specifiers that a provider was read by. */
  specifiers(tx: Tx, provider: number): readonly string[] {
    return tx.all(this.#statements.entries, { provider }).map(({ specifier }) => specifier)
  }

  /** The key of each symbol. */
  #writeSymbols(tx: Tx, provider: number, symbols: readonly PublicSymbol[]): readonly number[] {
    const { symbols: all, putSymbol, dropSymbol } = this.#statements
    const before = new Map(tx.all(all, { provider }).map((row) => [row.id, row]))
    let last = 0
    for (const { key } of before.values()) last = Math.max(last, key)
    const changed: RegistryTables['symbols'][] = []
    const keys = symbols.map((symbol) => {
      const known = before.get(symbol.id)
      const key = known?.key ?? ++last
      const { id, shownAs: shown_as, name, qualifiedName: qualified_name, kind, file, line, column } = symbol
      const row = { provider, key, id, shown_as, name, qualified_name, kind, file, line, column }
      if (known === undefined || !sameSymbol(known, row)) changed.push(row)
      before.delete(id)
      return key
    })
    for (const { key } of before.values()) tx.run(dropSymbol, { provider, key })
    for (const row of changed) tx.run(putSymbol, row)
    return keys
  }

  #writeEntries(tx: Tx, provider: number, entries: PublicSurface['entries'], keys: readonly number[]): readonly Read[] {
    const { entries: all, putEntry, dropEntry } = this.#statements
    const before = new Map(tx.all(all, { provider }).map(({ specifier, symbol }) => [specifier, symbol]))
    const changed: Read[] = []
    for (const { specifier, module } of entries) {
      const symbol = module < 0 ? null : keys[module]!
      if (before.get(specifier) !== symbol) {
        tx.run(putEntry, { provider, specifier, symbol })
        changed.push({ provider, holder: entriesRead, name: specifier })
      }
      before.delete(specifier)
    }
    for (const specifier of before.keys()) {
      tx.run(dropEntry, { provider, specifier })
      changed.push({ provider, holder: entriesRead, name: specifier })
    }
    return changed
  }

  #writeLeads(
    tx: Tx,
    provider: number,
    table: 'names' | 'holders',
    wanted: ReadonlyMap<string, WantedLeads>,
  ): readonly Read[] {
    const { all, put, drop } = this.#statements[table]
    const before = new Map<string, { read: Read; leads: Lead[] }>()
    for (const { holder, name, target, outside, confidence } of tx.all(all, { provider })) {
      const key = keyOf(holder, name)
      const known = before.get(key)
      if (known === undefined) {
        before.set(key, { read: { provider, holder, name }, leads: [{ target, outside, confidence }] })
      } else {
        known.leads.push({ target, outside, confidence })
      }
    }
    const changed: Read[] = []
    for (const [key, { holder, name, leads }] of wanted) {
      const known = before.get(key)
      before.delete(key)
      if (known !== undefined && sameLeads(known.leads, leads)) continue
      if (known !== undefined) tx.run(drop, { provider, holder, name })
      for (const [position, lead] of leads.entries()) tx.run(put, { provider, holder, name, position, ...lead })
      changed.push({ provider, holder, name })
    }
    for (const { read } of before.values()) {
      tx.run(drop, { provider, holder: read.holder, name: read.name })
      changed.push(read)
    }
    return changed
  }
}

interface Lead {
  readonly target: number | null
  readonly outside: string | null
  readonly confidence: number
}

interface WantedLeads {
  readonly holder: number
  readonly name: string
  readonly leads: readonly Lead[]
}

function namesOf({ names }: PublicSurface, keys: readonly number[]): ReadonlyMap<string, WantedLeads> {
  return new Map(
    names.map(({ holder, name, targets }) => [
      keyOf(keys[holder]!, name),
      { holder: keys[holder]!, name, leads: leadsOf(targets, keys) },
    ]),
  )
}

function holdersOf({ holders }: PublicSurface, keys: readonly number[]): ReadonlyMap<string, WantedLeads> {
  return new Map(
    holders.map(({ symbol, targets }) => [
      keyOf(keys[symbol]!, holdersName),
      { holder: keys[symbol]!, name: holdersName, leads: leadsOf(targets, keys) },
    ]),
  )
}

function leadsOf(targets: readonly Target[], keys: readonly number[]): readonly Lead[] {
  return targets.map(({ symbol, confidence }) => ({
    target: typeof symbol === 'number' ? keys[symbol]! : null,
    outside: typeof symbol === 'number' ? null : symbol,
    confidence: confidences.indexOf(confidence),
  }))
}

function keyOf(holder: number, name: string): string {
  return `${holder} ${name}`
}

function sameLeads(left: readonly Lead[], right: readonly Lead[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ target, outside, confidence }, index) => {
      const other = right[index]!
      return target === other.target && outside === other.outside && confidence === other.confidence
    })
  )
}

function sameSymbol(left: object, right: object): boolean {
  return Object.entries(right).every(([name, value]) => (left as Readonly<Record<string, unknown>>)[name] === value)
}

function prepare(db: Database<RegistryTables>) {
  return {
    symbols: db.prepared((q, p: { provider: number }) =>
      q.selectFrom('symbols').selectAll().where('provider', '=', p.provider),
    ),
    putSymbol: db.prepared((q, p: RegistryTables['symbols']) =>
      q
        .insertInto('symbols')
        .values({
          provider: p.provider,
          key: p.key,
          id: p.id,
          shown_as: p.shown_as,
          name: p.name,
          qualified_name: p.qualified_name,
          kind: p.kind,
          file: p.file,
          line: p.line,
          column: p.column,
        })
        .onConflict((conflict) =>
          conflict.columns(['provider', 'key']).doUpdateSet((eb) => ({
            shown_as: eb.ref('excluded.shown_as'),
            name: eb.ref('excluded.name'),
            qualified_name: eb.ref('excluded.qualified_name'),
            kind: eb.ref('excluded.kind'),
            file: eb.ref('excluded.file'),
            line: eb.ref('excluded.line'),
            column: eb.ref('excluded.column'),
          })),
        ),
    ),
    dropSymbol: db.prepared((q, p: { provider: number; key: number }) =>
      q.deleteFrom('symbols').where('provider', '=', p.provider).where('key', '=', p.key),
    ),
    entries: db.prepared((q, p: { provider: number }) =>
      q.selectFrom('entries').select(['specifier', 'symbol']).where('provider', '=', p.provider).orderBy('specifier'),
    ),
    putEntry: db.prepared((q, p: RegistryTables['entries']) =>
      q
        .insertInto('entries')
        .values({ provider: p.provider, specifier: p.specifier, symbol: p.symbol })
        .onConflict((conflict) =>
          conflict.columns(['provider', 'specifier']).doUpdateSet((eb) => ({ symbol: eb.ref('excluded.symbol') })),
        ),
    ),
    dropEntry: db.prepared((q, p: { provider: number; specifier: string }) =>
      q.deleteFrom('entries').where('provider', '=', p.provider).where('specifier', '=', p.specifier),
    ),
    names: {
      all: db.prepared((q, p: { provider: number }) =>
        q
          .selectFrom('names')
          .select(['holder', 'name', 'target', 'outside', 'confidence'])
          .where('provider', '=', p.provider)
          .orderBy('holder')
          .orderBy('name')
          .orderBy('position'),
      ),
      put: db.prepared((q, p: RegistryTables['names']) =>
        q.insertInto('names').values({
          provider: p.provider,
          holder: p.holder,
          name: p.name,
          position: p.position,
          target: p.target,
          outside: p.outside,
          confidence: p.confidence,
        }),
      ),
      drop: db.prepared((q, p: Read) =>
        q
          .deleteFrom('names')
          .where('provider', '=', p.provider)
          .where('holder', '=', p.holder)
          .where('name', '=', p.name),
      ),
    },
    holders: {
      all: db.prepared((q, p: { provider: number }) =>
        q
          .selectFrom('holders')
          .select(['symbol as holder', 'target', 'outside', 'confidence'])
          .select((eb) => eb.val(holdersName).as('name'))
          .where('provider', '=', p.provider)
          .orderBy('symbol')
          .orderBy('position'),
      ),
      put: db.prepared((q, p: RegistryTables['names']) =>
        q.insertInto('holders').values({
          provider: p.provider,
          symbol: p.holder,
          position: p.position,
          target: p.target,
          outside: p.outside,
          confidence: p.confidence,
        }),
      ),
      drop: db.prepared((q, p: Read) =>
        q.deleteFrom('holders').where('provider', '=', p.provider).where('symbol', '=', p.holder),
      ),
    },
  }
}
