const locked = 'Another process is writing to the index; try again, or wait longer with --wait SECONDS'
const otherVersion =
  'Delete the database and run `forge index`, nothing in it is lost for good; `forge migrate status` shows what differs'

/** What to do about errors of packages that know libraries and no commands. */
const remedies: Readonly<Record<string, string>> = {
  FORGE_DB_BUSY: locked,
  FORGE_DB_CORRUPT:
    'Check the path; if it is right, delete the file and run `forge index`: nothing in it is lost for good',
  FORGE_DB_READ_ONLY: 'This user may only read the database: make it writable, or name another with --db FILE',
  FORGE_MIGRATE_BUSY: locked,
  FORGE_MIGRATE_NEWER: otherVersion,
  FORGE_MIGRATE_ORDER: otherVersion,
  FORGE_MIGRATE_CHANGED: `${otherVersion}, \`forge migrate repair --accept ID\` takes it for what was applied`,
  FORGE_MIGRATE_DAMAGED: 'Look at `forge migrate status`; `forge migrate repair` numbers the record anew',
  FORGE_MIGRATE_FAILED: otherVersion,
  FORGE_MIGRATE_TARGET: '`forge migrate status` lists the migrations and the version; 0 is before the first',
}

/** The hint that fits the command line, where it is another than that of the package. */
export function remedyOf(code: string): { readonly hint?: string } {
  const hint = remedies[code]
  return hint === undefined ? {} : { hint }
}
