import type { Database } from '@forge/db'
import { externalCode } from './codes.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'
import { ProjectTable } from './tables/project-table.ts'

/** The names of one revision of one project, as one text that can be searched for any part of them. */
interface Names {
  readonly project: number
  readonly revision: number
  /** Each name once, in the order of the text. */
  readonly names: readonly string[]
  /** All of them in lower case, each after a line break: names have none. */
  readonly text: string
  /** Where in the text each begins. */
  readonly starts: readonly number[]
}

/**
 * Finds names that have some letters anywhere in them.
 *
 * No index of words knows those. The names of a project are few, since many symbols share one (15,516 of 43,340 in
 * `effect`): read once a revision, a search of all takes 0.1 ms, where a scan of the table takes 10 [measured].
 */
export class NameList {
  readonly #projects: ProjectTable
  readonly #names: ReturnType<typeof prepare>
  #known: Names | undefined

  constructor(db: Database<GraphTables>) {
    this.#projects = new ProjectTable(db)
    this.#names = prepare(db)
  }

  /** The names that have `letters`, which are in lower case, in them. */
  having(session: Session, letters: string): string[] {
    if (letters === '') return []
    const { names, text, starts } = this.#read(session)
    const found: string[] = []
    let index = 0
    for (let at = text.indexOf(letters); at !== -1; at = text.indexOf(letters, starts[index] ?? text.length)) {
      while (index < starts.length && starts[index]! <= at) index++
      found.push(names[index - 1]!)
    }
    return found
  }

  #read({ tx, project }: Session): Names {
    const revision = this.#projects.head(tx, project)?.revision ?? 0
    const known = this.#known
    if (known !== undefined && known.project === project && known.revision === revision) return known
    const names = tx.all(this.#names, { project }).map(({ name }) => name)
    const parts = names.map((name) => `\n${name.toLowerCase()}`)
    const starts: number[] = []
    let length = 0
    for (const part of parts) {
      starts.push(length)
      length += part.length
    }
    return (this.#known = { project, revision, names, text: parts.join(''), starts })
  }
}

function prepare(db: Database<GraphTables>) {
  return db.prepared((kysely, param: { project: number }) =>
    kysely
      .selectFrom('nodes')
      .select('name')
      .distinct()
      .where('project', '=', param.project)
      .where('kind', '<>', externalCode),
  )
}
