/** A row that refers to a row that is not there. */
export interface ForeignKeyViolation {
  readonly table: string
  /** `null` in a table without row numbers. */
  readonly rowid: number | null
  readonly parent: string
}

/** What a check of all foreign keys found; at least one. */
export class ForeignKeyViolations extends Error {
  readonly violations: readonly ForeignKeyViolation[]

  constructor(violations: readonly ForeignKeyViolation[]) {
    super(`${violations.length} rows refer to nothing`)
    this.violations = violations
  }
}
