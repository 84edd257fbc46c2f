import type { Database } from '@forge/db'
import { edgeKinds, nodeKinds } from '../graph-types.ts'
import { GraphFileNotFoundError } from '../errors.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit } from '../symbol-reader.ts'
import type { ModuleDependency, ModuleSummary } from './analysis-types.ts'

/** An import of one module by another, both by the row ids of their modules. */
interface ModuleLink {
  readonly from: number
  readonly to: number
  readonly names: number
  readonly onlyTypes: boolean
}

const moduleKind = nodeKinds.indexOf('module')
const externalKind = nodeKinds.indexOf('external')
const importsCode = edgeKinds.indexOf('imports')
/** What is gone when the code runs. */
const typeKinds = new Set([nodeKinds.indexOf('interface'), nodeKinds.indexOf('type')])

/** Which file imports which. */
export class ModuleGraph {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#statements = prepare(db)
  }

  /** The imports between files of the project, by the row ids of their modules. A file that imports itself is none. */
  links(session: Session): ModuleLink[] {
    const { modules, imports } = this.#load(session)
    const moduleOf = new Map(modules.map(({ id, file }) => [file, id]))
    return groupImports(imports).flatMap(({ from, to, ...rest }) => {
      const [source, target] = [moduleOf.get(from), typeof to === 'number' ? moduleOf.get(to) : undefined]
      return source === undefined || target === undefined ? [] : [{ from: source, to: target, ...rest }]
    })
  }

  /** Every file with what it depends on and what depends on it, in numbers; by path. */
  summaries(session: Session): ModuleSummary[] {
    const { modules, imports } = this.#load(session)
    const counts = new Map(modules.map(({ file }) => [file, { imports: 0, importedBy: 0, external: 0 }]))
    for (const { from, to } of groupImports(imports)) {
      if (typeof to === 'number') {
        counts.get(from)!.imports++
        counts.get(to)!.importedBy++
      } else {
        counts.get(from)!.external++
      }
    }
    const { tx, project } = session
    const symbols = new Map(tx.all(this.#statements.symbols, { project }).map((row) => [row.file, row.count]))
    return modules
      .map(({ file, path, lines }): ModuleSummary => {
        const { imports, importedBy, external } = counts.get(file)!
        const all = imports + importedBy
        return {
          path,
          lines,
          symbols: (symbols.get(file) ?? 1) - 1,
          imports,
          importedBy,
          external,
          instability: all === 0 ? 0 : imports / all,
        }
      })
      .toSorted((a, b) => byCodeUnit(a.path, b.path))
  }

  /**
   * The imports of files and of all files in folders, out of them and into them; between two of them none. By both ends.
   *
   * @throws `FORGE_GRAPH_FILE_NOT_FOUND` where a path holds no file
   */
  dependencies(session: Session, path: string): ModuleDependency[] {
    const { modules, imports } = this.#load(session)
    const paths = new Map(modules.map((module) => [module.file, module.path]))
    const folder = path === '' ? '' : `${path.replace(/\/+$/, '')}/`
    const inside = new Set<number>()
    for (const { file, path: at } of modules) if (at === path || at.startsWith(folder)) inside.add(file)
    if (inside.size === 0) {
      throw new GraphFileNotFoundError(`The graph has no file at or below "${path}"`, {
        hint: 'Give the path of an indexed file, or of a folder with some, relative to the project',
        details: { path },
      })
    }
    return groupImports(imports)
      .filter(({ from, to }) => inside.has(from) !== (typeof to === 'number' && inside.has(to)))
      .map(({ from, to, names, onlyTypes }): ModuleDependency => ({
        from: paths.get(from)!,
        to: typeof to === 'number' ? paths.get(to)! : to,
        names,
        onlyTypes,
      }))
      .toSorted((a, b) => byCodeUnit(a.from, b.from) || byCodeUnit(a.to, b.to))
  }

  #load({ tx, project }: Session) {
    return {
      modules: tx.all(this.#statements.modules, { project }),
      imports: tx.all(this.#statements.imports, { project }),
    }
  }
}

interface ImportRow {
  readonly from: number | null
  readonly to: number | null
  readonly kind: number
  readonly descriptor: string
}

/** Imports by the files at both ends; an end outside the project is the id of its module. */
function groupImports(
  rows: readonly ImportRow[],
): { readonly from: number; readonly to: number | string; readonly names: number; readonly onlyTypes: boolean }[] {
  const groups = new Map<string, { from: number; to: number | string; names: number; values: number }>()
  for (const { from, to: file, kind, descriptor } of rows) {
    if (from === null || from === file) continue
    const to = file ?? descriptor.replace(/#.*$/s, '')
    const key = `${from} ${to}`
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = { from, to, names: 0, values: 0 }))
    if (kind === moduleKind || (kind === externalKind && descriptor === to)) continue
    group.names++
    if (!typeKinds.has(kind)) group.values++
  }
  return [...groups.values()].map(({ from, to, names, values }) => ({
    from,
    to,
    names: Math.max(names, 1),
    onlyTypes: names > 0 && values === 0,
  }))
}

function prepare(db: Database<GraphTables>) {
  return {
    modules: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes as n')
        .innerJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select(['n.id', 'f.id as file', 'f.path', 'f.lines'])
        .where('n.project', '=', param.project)
        .where('n.descriptor', '=', ''),
    ),
    symbols: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes')
        .select(({ fn }) => ['file', fn.countAll<number>().as('count')])
        .where('project', '=', param.project)
        .where('file', 'is not', null)
        .groupBy('file'),
    ),
    imports: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as s', (join) => join.onRef('s.project', '=', 'e.project').onRef('s.id', '=', 'e.source'))
        .innerJoin('nodes as t', (join) => join.onRef('t.project', '=', 'e.project').onRef('t.id', '=', 'e.target'))
        .select(['s.file as from', 't.file as to', 't.kind', 't.descriptor'])
        .where('e.project', '=', param.project)
        .where('e.kind', '=', importsCode),
    ),
  }
}
