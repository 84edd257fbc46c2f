/** Counts the changes of the schema that the connections of one database made. */
export class SchemaVersion {
  #value = 0

  get value(): number {
    return this.#value
  }

  /** Called after a text was run. */
  noteRun(sql: string): void {
    if (mayStartChange(sql) && startsAsChange.test(sql)) this.#value++
  }

  /** Called after a script was run, or anything else whose every statement cannot be told apart. */
  noteScript(sql: string): void {
    if (containsChange.test(sql)) this.#value++
  }
}

const startsAsChange =
  /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*(?:create|alter|drop|vacuum|attach|detach)\b/i
const containsChange = /\b(?:create|alter|drop|vacuum|attach|detach)\b/i

/** Tells inserts, updates, selects and most others apart from changes by their first letter. */
function mayStartChange(sql: string): boolean {
  return !'iusrIUSR'.includes(sql.charAt(0))
}
