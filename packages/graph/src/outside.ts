import type { Database } from '@forge/db'
import { eachMention } from './packed-sites.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'

/** That a file names something outside the project. */
export interface OutsideUse {
  /** `external:zod#object`. */
  readonly id: string
  readonly file: string
  /** How many places name it. */
  readonly sites: number
}

/** What leads out of the project. */
export class Outside {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#statements = prepare(db)
  }

  /** All that is named outside the project, by id and file; what the platform has without an import is left out. */
  uses({ tx, project }: Session): readonly OutsideUse[] {
    const uses = new Map<string, { id: string; file: string; sites: number }>()
    for (const { id, file, sites } of tx.all(this.#statements.uses, { project })) {
      let use = uses.get(`${id}\0${file}`)
      if (use === undefined) uses.set(`${id}\0${file}`, (use = { id, file, sites: 0 }))
      eachMention(sites, () => void use.sites++)
    }
    return [...uses.values()].filter((use) => use.sites > 0)
  }
}

function prepare(db: Database<GraphTables>) {
  return {
    uses: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes as outside')
        .innerJoin('edges as e', (join) =>
          join.onRef('e.project', '=', 'outside.project').onRef('e.target', '=', 'outside.id'),
        )
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.source'))
        .innerJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select(['outside.descriptor as id', 'f.path as file', 'e.sites'])
        .where('outside.project', '=', param.project)
        .where('outside.file', 'is', null)
        .where('outside.descriptor', 'not like', 'external:globalThis%')
        .orderBy('outside.descriptor')
        .orderBy('f.path'),
    ),
  }
}
